package io.tagweir.wire;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The serde of generated Avro records in {@link WireFormat Confluent's wire format}, with subjects named after the
 * topic ({@code TopicNameStrategy}). Made by Kafka or {@link WireSerdes} and configured before use with the keys of
 * {@link WireConfig}; after that any number of threads may share it. Null stands for null.
 *
 * <p>Bytes that make no record end as a {@link org.apache.kafka.common.errors.SerializationException} with the reason.
 * A registry that does not answer is a {@link RegistryUnavailableException}, one that refuses (credentials, an
 * incompatible schema) a {@link SchemaRejectedException}: neither is the record's fault.
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
