package io.tagweir.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Node writes what Java reads and reads what Java writes, through the embedded broker and registry. */
class NodeClientsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path QUERY_EVENT = Path.of("avro/QueryEvent.avsc");

    private static NodeClients node;
    private static LocalCluster cluster;
    private static RegistryCalls registry;

    @BeforeAll
    static void start() throws Exception {
        node = NodeClients.install();
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
        registry = new RegistryCalls(cluster.registryUrl());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void queryThatNodeProducesIsReadByJava(NodeClients.Registry client) throws Exception {
        String topic = "queries-" + client.option();
        cluster.createTopics(List.of(LocalTopic.kept(topic, 2)));
        JsonNode whole = JSON.readTree("{\"key\":\"k\",\"value\":{\"query_id\":\"q1\",\"query\":\"röd sko 👟\","
                + "\"segment\":\"se\",\"priority\":\"INTERACTIVE\",\"deadline_ms\":250}}");
        JsonNode least = JSON.readTree("{\"value\":{\"query_id\":\"q2\",\"query\":\"x\"}}");

        node.produce(client, cluster, topic, QUERY_EVENT, List.of(whole, least));

        assertThat(PlainRecords.readAll(cluster.bootstrapServers(), topic))
                .extracting(NodeClientsIT::queryEvent)
                .containsExactlyInAnyOrder(
                        JSON.readTree("{\"query_id\":\"q1\",\"query\":\"röd sko 👟\",\"segment\":\"se\","
                                + "\"priority\":\"INTERACTIVE\",\"deadline_ms\":250}"),
                        JSON.readTree("{\"query_id\":\"q2\",\"query\":\"x\",\"segment\":\"\","
                                + "\"priority\":\"STANDARD\",\"deadline_ms\":null}"));
    }

    @ParameterizedTest
    @EnumSource
    void answerThatJavaWritesIsReadByNode(NodeClients.Registry client) throws Exception {
        String topic = "tagged-" + client.option();
        cluster.createTopics(List.of(LocalTopic.kept(topic, 1)));
        var answer = TaggedQuery.newBuilder()
                .setQueryId("q1")
                .setQuery("Röd sko 👟")
                .setCanonicalQuery("röd sko 👟")
                .setSegment("se")
                .setTags(List.of(new Tag("color", "röd", 0, 3, 0.75f)))
                .setSource(Source.STUDENT)
                .setMissReason(MissReason.COLD)
                .setStudent("minilm@1")
                .setEventTime(Instant.ofEpochMilli(1_700_000_000_123L))
                .setTaggedTime(Instant.ofEpochMilli(1_700_000_000_456L))
                .build();

        PlainRecords.write(cluster.bootstrapServers(), topic, List.of(encoded(topic, answer)));

        assertThat(node.consume(client, cluster, topic, 1))
                .singleElement()
                .extracting(record -> record.path("value"))
                .isEqualTo(JSON.readTree("{\"query_id\":\"q1\",\"query\":\"Röd sko 👟\","
                        + "\"canonical_query\":\"röd sko 👟\",\"segment\":\"se\","
                        + "\"tags\":[{\"label\":\"color\",\"value\":\"röd\",\"start\":0,\"end\":3,\"score\":0.75}],"
                        + "\"source\":\"STUDENT\",\"miss_reason\":\"COLD\",\"snapshot\":null,\"student\":\"minilm@1\","
                        + "\"detail\":null,\"event_time\":1700000000123,\"tagged_time\":1700000000456}"));
    }

    /** Read with Avro alone, so that nothing here is proven by code it is meant to prove. */
    private static JsonNode queryEvent(byte[] value) {
        ByteBuffer head = ByteBuffer.wrap(value);
        assertThat(head.get()).as("magic byte").isZero();
        Schema written = new Schema.Parser().parse(registry.schema(head.getInt()));
        var decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
        try {
            var reader = new GenericDatumReader<>(written, QueryEvent.getClassSchema());
            return JSON.readTree(reader.read(null, decoder).toString());
        } catch (IOException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static byte[] encoded(String topic, TaggedQuery answer) throws IOException {
        int id = registry.idOf(topic + "-value", TaggedQuery.getClassSchema().toString());
        var bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(TaggedQuery.class).write(answer, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
