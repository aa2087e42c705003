package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WireSerdesTest {

    private final ScriptedRegistry registry = new ScriptedRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void serdeIsOursUnlessAnotherIsNamed() {
        assertThat(new WireSerdes(registry.config()).value(QueryEvent.class)).isInstanceOf(AvroSerde.class);
    }

    @Test
    void missingClassIsRefusedWithTheProfileThatBringsIt() {
        assertThatThrownBy(() -> named("io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "serde.class=io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde",
                        "mvn -P confluent package");
    }

    @Test
    void classThatIsNoSerdeIsRefused() {
        assertThatThrownBy(() -> named("java.lang.Object").value(Tag.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serde.class=java.lang.Object: not a Kafka serde");
    }

    @Test
    void anotherSerdeGetsConfluentsKeysAndTheRecordClass() {
        named(OtherSerde.class.getName()).key(Tag.class);
        assertThat(OtherSerde.configs)
                .containsEntry("specific.avro.key.type", Tag.class.getName())
                .containsEntry("specific.avro.reader", true)
                .containsEntry("avro.remove.java.properties", true)
                .containsEntry(WireConfig.URL, registry.url())
                .doesNotContainKey("specific.avro.value.type");
    }

    @Test
    void outageOfAnotherSerdeIsDistinguishedFromABadRecord() {
        var deserializer = named(OtherSerde.class.getName()).value(Tag.class).deserializer();
        assertThat(deserializer.deserialize("t", null)).isNull();
        OtherSerde.answer = Examples.TAG;
        assertThat(deserializer.deserialize("t", new byte[1])).isEqualTo(Examples.TAG);
        OtherSerde.answer = Examples.QUERY_EVENT;
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1]))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("expected io.tagweir.avro.Tag");
        OtherSerde.answer = new SerializationException("bad", new java.io.EOFException());
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1])).isSameAs(OtherSerde.answer);
        OtherSerde.answer = new SerializationException("unknown", new RestClientException(40403));
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1])).isSameAs(OtherSerde.answer);
        OtherSerde.answer = new SerializationException("down", new RestClientException(50002));
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1]))
                .isInstanceOf(RegistryUnavailableException.class);
        OtherSerde.answer = new SerializationException("down", new ConnectException("refused"));
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1]))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void anotherSerdesBadRecordNeitherStopsTheApplicationNorPassesForAGoodOne() {
        var deserializer = named(OtherSerde.class.getName()).value(Tag.class).deserializer();
        OtherSerde.answer = new StackOverflowError();
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[1]))
                .isInstanceOf(SerializationException.class)
                .hasMessage("the record is nested too deeply");
        OtherSerde.answer = new Tag("l", "m\uFFFDlk", 0, 4, 1f);
        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {'m', (byte) 0xff, 'l', 'k'}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("not valid UTF-8");
        assertThat(deserializer.deserialize("t", "m\uFFFDlk".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(OtherSerde.answer);
    }

    private WireSerdes named(String serdeClass) {
        var config = new HashMap<String, Object>(registry.config());
        config.put(WireConfig.SERDE_CLASS, serdeClass);
        return new WireSerdes(config);
    }

    /** Stands for Confluent's: the class can't be had here. */
    public static final class OtherSerde implements Serde<SpecificRecord> {

        static Map<String, Object> configs = Map.of();
        static Object answer = Examples.TAG;

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            OtherSerde.configs = Map.copyOf(configs);
        }

        @Override
        public Serializer<SpecificRecord> serializer() {
            return (topic, record) -> new byte[0];
        }

        @Override
        public Deserializer<SpecificRecord> deserializer() {
            return (topic, bytes) -> {
                if (answer instanceof SerializationException failure && bytes != null) {
                    throw failure;
                }
                if (answer instanceof Error failure && bytes != null) {
                    throw failure;
                }
                return bytes == null ? null : (SpecificRecord) answer;
            };
        }
    }

    /** Named and shaped as Confluent's. */
    public static final class RestClientException extends Exception {

        private static final long serialVersionUID = 1L;
        private final int errorCode;

        RestClientException(int errorCode) {
            this.errorCode = errorCode;
        }

        public int getErrorCode() {
            return errorCode;
        }
    }
}
