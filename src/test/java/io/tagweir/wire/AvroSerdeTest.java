package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class AvroSerdeTest {

    static final List<SpecificRecord> RECORDS = Examples.ALL;

    private final ScriptedRegistry registry = new ScriptedRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void recordIsReadAsItWasWritten(SpecificRecord record) {
        var serde = serde(Map.of());
        var bytes = serde.serializer().serialize("queries", record);
        assertThat(serde.deserializer().deserialize("queries", bytes)).isEqualTo(record);
    }

    @Test
    void threadsMayShareIt() {
        var serde = serde(Map.of());
        var wrong = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(i -> new QueryEvent("q-" + i, "text ".repeat(i % 50), "", Priority.STANDARD, i))
                .filter(record -> !record.equals(serde.deserializer()
                        .deserialize("queries", serde.serializer().serialize("queries", record))))
                .count();
        assertThat(wrong).isZero();
    }

    @Test
    void longRecordIsReadAsItWasWritten() {
        var serde = serde(Map.of());
        var record = new QueryEvent("q", "ö".repeat(300_000), "", Priority.STANDARD, null);
        var bytes = serde.serializer().serialize("queries", record);
        assertThat(serde.deserializer().deserialize("queries", bytes)).isEqualTo(record);
    }

    @Test
    void nullStandsForNull() {
        var serde = serde(Map.of());
        assertThat(serde.serializer().serialize("queries", null)).isNull();
        assertThat(serde.deserializer().deserialize("queries", null)).isNull();
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void bytesAreConfluentsWireFormat() throws IOException {
        var bytes = serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        assertThat(ByteBuffer.wrap(bytes).get(0)).isZero();
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(1);
        assertThat(ByteBuffer.wrap(bytes, 5, bytes.length - 5))
                .isEqualTo(ByteBuffer.wrap(WireGoldenTest.avro(Examples.QUERY_EVENT)));
        assertThat(WireFormat.header(0x01020304)).containsExactly(0, 1, 2, 3, 4);
        assertThat(WireFormat.schemaId(WireFormat.header(-2))).isEqualTo(-2);
    }

    @Test
    void subjectIsTheTopicAndTheSideOfTheRecord() {
        serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        var keys = new AvroSerde<SpecificRecord>();
        keys.configure(registry.config(), true);
        keys.serializer().serialize("head-tags", Examples.HEAD_KEY);
        assertThat(registry.paths())
                .containsExactly("POST /subjects/queries-value/versions", "POST /subjects/head-tags-key/versions");
    }

    @Test
    void registryIsAskedOncePerSchema() {
        var serde = serde(Map.of());
        for (int i = 0; i < 3; i++) {
            var bytes = serde.serializer().serialize("queries", Examples.QUERY_EVENT);
            serde.deserializer().deserialize("queries", bytes);
        }
        assertThat(registry.paths()).containsExactly("POST /subjects/queries-value/versions", "GET /schemas/ids/1");
    }

    @Test
    void unregisteredSchemaIsRefusedWhereRegisteringIsOff() {
        var off = Map.<String, Object>of(WireConfig.AUTO_REGISTER, "false");
        assertThatThrownBy(() -> serde(off).serializer().serialize("queries", Examples.QUERY_EVENT))
                .isInstanceOf(SchemaRejectedException.class)
                .hasMessageContaining("Schema not found");
        serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        assertThat(serde(off).serializer().serialize("queries", Examples.QUERY_EVENT))
                .startsWith(WireFormat.header(1));
    }

    @Test
    void registeredSchemaHoldsNothingOfJava() {
        serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        assertThat(registry.asked().get(0).body()).contains("shopper typed").doesNotContain("avro.java");
    }

    @Test
    void olderWriterIsReadWithDefaults() throws IOException {
        var older = """
                {"type":"record","name":"QueryEvent","namespace":"io.tagweir.avro","fields":[
                  {"name":"query","type":"string"},
                  {"name":"gone","type":{"type":"array","items":"long"}},
                  {"name":"query_id","type":"string"}]}""";
        plant(9, older);
        byte[] bytes = join(9, new byte[] {4, 'h', 'i', 2, 6, 0, 2, '7'});
        assertThat(read(bytes)).isEqualTo(new QueryEvent("7", "hi", "", Priority.STANDARD, null));
    }

    @Test
    void everyBadRecordSaysWhatIsWrong() throws IOException {
        var bytes = serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        assertBad(new byte[0], "too short: 0 bytes");
        assertBad(new byte[] {0, 0, 0, 1}, "too short: 4 bytes");
        assertBad("{\"query\":1}".getBytes(StandardCharsets.UTF_8), "wrong magic byte 123; expected 0");
        assertBad(join(77, new byte[3]), "unknown schema id 77: ", "Schema 77 not found");
        assertBad(
                join(1, new byte[] {2, 'a'}),
                "the payload of io.tagweir.avro.QueryEvent (schema id 1) is truncated after 2 bytes");
        assertBad(join(1, new byte[] {1, 'a'}), "is malformed before byte 1: ");
        assertBad(join(1, new byte[] {0, 0, 0, 8, 0}), "is malformed before byte ", "Enumeration out of range");
        var longer = Arrays.copyOf(bytes, bytes.length + 2);
        assertBad(longer, "2 trailing bytes after the payload of io.tagweir.avro.QueryEvent");
        plant(8, "{\"type\":\"record\",\"name\":\"java.util.ArrayList\",\"fields\":[]}");
        assertBad(join(8, new byte[0]), "the record is of the unknown type java.util.ArrayList");
        plant(7, "{\"type\":\"record\",\"name\":\"io.tagweir.avro.Nothing\",\"fields\":[]}");
        assertBad(join(7, new byte[0]), "the record is of the unknown type io.tagweir.avro.Nothing");
        plant(6, "\"string\"");
        assertBad(join(6, new byte[0]), "its schema is of type STRING; expected a record");
        registry.plant(5, "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}");
        assertBad(join(5, new byte[0]), "schema id 5 is of type JSON; expected AVRO");
        plant(4, "not a schema");
        assertBad(join(4, new byte[0]), "schema id 4 is not a valid Avro schema");
        plant(3, "{\"type\":\"record\",\"name\":\"io.tagweir.avro.QueryEvent\",\"fields\":[]}");
        assertBad(join(3, new byte[0]), "missing required field query");
    }

    @Test
    void recordOfAnotherKindIsBadWhereOneKindIsExpected() {
        var bytes = serde(Map.of()).serializer().serialize("queries", Examples.QUERY_EVENT);
        var serde = new WireSerdes(registry.config()).value(HeadKey.class);
        assertThatThrownBy(() -> serde.deserializer().deserialize("queries", bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessage("the record is of type io.tagweir.avro.QueryEvent; expected io.tagweir.avro.HeadKey");
    }

    @Test
    void outageIsNoBadRecord() {
        var quick = Map.<String, Object>of(WireConfig.DEADLINE, 40);
        registry.next(500, "x").next(503, "y");
        registry.close();
        assertThatThrownBy(() -> serde(quick).deserializer().deserialize("queries", join(1, new byte[0])))
                .isInstanceOf(RegistryUnavailableException.class);
        assertThatThrownBy(() -> serde(quick).serializer().serialize("queries", Examples.QUERY_EVENT))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void refusedCredentialsAndWrongAddressesAreNoBadRecord() {
        registry.next(401, "").next(404, "<html>");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> serde(Map.of()).deserializer().deserialize("queries", join(1, new byte[0])))
                    .isInstanceOf(SchemaRejectedException.class);
        }
    }

    @Test
    void recordWithoutARequiredFieldIsNotWritten() {
        var serializer = serde(Map.of()).serializer();
        assertThatThrownBy(() -> serializer.serialize("queries", new QueryEvent()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("io.tagweir.avro.QueryEvent for topic queries can't be written");
        var after = serializer.serialize("queries", Examples.QUERY_EVENT);
        assertThat(read(after)).isEqualTo(Examples.QUERY_EVENT);
    }

    @Test
    void generatedEncoderWritesWhatHasOne() throws IOException {
        var counted = new CountedQueryEvent();
        AvroRecords.writer(QueryEvent.getClassSchema())
                .write(counted, EncoderFactory.get().binaryEncoder(OutputStream.nullOutputStream(), null));
        assertThat(counted.encoded).isEqualTo(1);
    }

    private static final class CountedQueryEvent extends QueryEvent {

        private static final long serialVersionUID = 1L;
        private int encoded;

        CountedQueryEvent() {
            super("q", "text", "", Priority.STANDARD, null);
        }

        @Override
        public void customEncode(Encoder out) throws IOException {
            encoded++;
            super.customEncode(out);
        }
    }

    private Serde<SpecificRecord> serde(Map<String, Object> more) {
        var config = new HashMap<String, Object>(registry.config());
        config.putAll(more);
        var serde = new AvroSerde<>();
        serde.configure(config, false);
        return serde;
    }

    private SpecificRecord read(byte[] bytes) {
        return serde(Map.of()).deserializer().deserialize("queries", bytes);
    }

    private void assertBad(byte[] bytes, String... reasons) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContainingAll(reasons);
    }

    private void plant(int id, String schema) throws IOException {
        registry.plant(id, new ObjectMapper().writeValueAsString(Map.of("schema", schema)));
    }

    private static byte[] join(int id, byte[] body) {
        return ByteBuffer.allocate(WireFormat.HEADER + body.length)
                .put(WireFormat.header(id))
                .put(body)
                .array();
    }
}
