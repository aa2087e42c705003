package io.tagweir.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The serde of internal topics (repartition and changelog), in Avro's single-object encoding: a marker, the schema's
 * fingerprint, the payload.
 *
 * <p>It needs no schema registry. So the registry has no subjects of internal topics, and the stores can be restored
 * while it is down. Thread-safe.
 */
public final class SingleObjectSerde<T extends SpecificRecord> implements Serde<T> {

    static {
        AvroRecords.trust();
    }

    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;

    /** @param earlier schemas of earlier releases that can still be read */
    public SingleObjectSerde(Schema schema, Schema... earlier) {
        var model = SpecificData.getForSchema(schema);
        encoder = new BinaryMessageEncoder<>(model, schema);
        decoder = new BinaryMessageDecoder<>(model, schema);
        for (var old : earlier) {
            decoder.addSchema(old);
        }
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> {
            if (value == null) {
                return null;
            }
            var bytes = new ByteArrayOutputStream(256);
            try {
                encoder.encode(value, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            try {
                return decoder.decode(bytes, null);
            } catch (IOException | RuntimeException e) {
                throw new SerializationException("a record of " + topic + " is not in Avro's single-object encoding", e);
            }
        };
    }
}
