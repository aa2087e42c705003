package io.tagweir.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of {@link AvroSerde}. Any thread; the decoder is per thread.
 *
 * <p>Rubbish can't exhaust the heap: Avro holds every length it reads against the bytes that are left before it
 * allocates, and a test holds Avro to that.
 */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private static final ThreadLocal<@Nullable BinaryDecoder> DECODER = new ThreadLocal<>();

    private final Map<Integer, Reader> readers = new ConcurrentHashMap<>();

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
        var reader = readers.get(id);
        if (reader == null) {
            reader = reader(id);
            readers.put(id, reader);
        }
        return (T) read(reader, bytes);
    }

    private static SpecificRecord read(Reader reader, byte[] bytes) {
        int length = bytes.length - WireFormat.HEADER;
        var decoder = DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER, length, DECODER.get());
        DECODER.set(decoder);
        SpecificRecord record;
        try {
            record = reader.reader.read(null, decoder);
        } catch (EOFException e) {
            throw new SerializationException(
                    "truncated body at byte " + length + " of " + reader.name + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            int at = Math.max(0, length - Math.max(0, decoder.remainingBytes()));
            throw new SerializationException(
                    "malformed body before byte " + at + " of " + reader.name + ": " + e.getMessage(), e);
        }
        if (decoder.remainingBytes() > 0) {
            throw new SerializationException(
                    "trailing bytes: " + decoder.remainingBytes() + " after the end of " + reader.name);
        }
        return record;
    }

    private Reader reader(int id) {
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
        return new Reader(written.getFullName() + " (schema id " + id + ")", Records.reader(written, expected));
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

    private record Reader(String name, DatumReader<SpecificRecord> reader) {}
}
