package io.tagweir.wire;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The serde of generated Avro records in {@link WireFormat Confluent's wire format}, with subjects named by
 * {@code TopicNameStrategy}. Created by Kafka or {@link WireSerdes} and configured with the keys of {@link WireConfig};
 * thread-safe after that. Null maps to null.
 *
 * <p>Bytes that are not a valid record cause a {@link org.apache.kafka.common.errors.SerializationException} with the
 * reason. Failures that are not the record's fault have their own types: {@link RegistryUnavailableException} if the
 * registry does not answer, {@link SchemaRejectedException} if it refuses (credentials, an incompatible schema).
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

    private final AvroSerializer<T> serializer = new AvroSerializer<>();
    private final AvroDeserializer<T> deserializer = new AvroDeserializer<>();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        serializer.configure(configs, isKey);
        deserializer.configure(configs, isKey);
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }
}
