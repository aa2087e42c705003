package io.tagweir.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The deserializer of {@link AvroSerde}. Thread-safe once configured. */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final Map<Integer, RecordReader> readers = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistryClient registry;
    private @Nullable String expected;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.shared(RegistrySettings.from(configs));
        expected = name(configs.get(isKey ? WireConfig.KEY_TYPE : WireConfig.VALUE_TYPE));
    }

    @Override
    @SuppressWarnings({"NullAway", "unchecked"}) // Kafka maps null to null. The schema determines T.
    public T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.schemaId(bytes);
        var reader = readers.get(id);
        if (reader == null) {
            reader = reader(id);
            readers.put(id, reader);
        }
        return (T) reader.read(bytes);
    }

    private RecordReader reader(int id) {
        if (registry == null) {
            throw new IllegalStateException("the serde has not been configured");
        }
        Schema writer;
        try {
            writer = registry.schema(id);
        } catch (SchemaRejectedException rejected) {
            if (rejected.unknownSchema()) {
                throw new SerializationException("unknown schema id " + id + ": " + rejected.getMessage(), rejected);
            }
            throw rejected;
        }
        try {
            return new PayloadDecoder(id, writer, expected)::read;
        } catch (SerializationException refused) {
            var reason = String.valueOf(refused.getMessage());
            return bytes -> {
                throw new SerializationException(reason);
            };
        }
    }

    private static @Nullable String name(@Nullable Object type) {
        if (type == null) {
            return null;
        }
        var name = type instanceof Class<?> known ? known.getName() : type.toString();
        if (name.isBlank()) {
            throw new ConfigException("the name of the record class is empty");
        }
        return name;
    }

    /** Reads, or refuses, every record of one schema id. */
    private interface RecordReader {
        SpecificRecord read(byte[] bytes);
    }
}
