package io.tagweir.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The reading half of {@link AvroSerde}. Any thread. */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final Map<Integer, Reading> readings = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistryClient registry;
    private @Nullable String expected;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.shared(RegistrySettings.from(configs));
        expected = name(configs.get(isKey ? WireConfig.KEY_TYPE : WireConfig.VALUE_TYPE));
    }

    @Override
    @SuppressWarnings({"NullAway", "unchecked"}) // Kafka: null stands for null. Which T, the schema says.
    public T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.schemaId(bytes);
        var reading = readings.get(id);
        if (reading == null) {
            reading = reading(id);
            readings.put(id, reading);
        }
        return (T) reading.of(bytes);
    }

    private Reading reading(int id) {
        if (registry == null) {
            throw new IllegalStateException("the serde has not been configured");
        }
        Schema written;
        try {
            written = registry.schema(id);
        } catch (SchemaRejectedException rejected) {
            if (rejected.unknownSchema()) {
                throw new SerializationException("unknown schema id " + id + ": " + rejected.getMessage(), rejected);
            }
            throw rejected;
        }
        try {
            return new PayloadDecoder(id, written, expected)::read;
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
            throw new ConfigException("an empty name of a record class");
        }
        return name;
    }

    /** What becomes of bodies of one schema: ids never change, so neither does it. */
    private interface Reading {
        SpecificRecord of(byte[] bytes);
    }
}
