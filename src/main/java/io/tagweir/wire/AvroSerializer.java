package io.tagweir.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The writing half of {@link AvroSerde}. Any thread; scratch space is per thread. */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    /** A thread gives its buffer back after a record longer than this, in bytes. */
    private static final int KEPT = 1 << 16;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Map<Target, Written> targets = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistryClient registry;
    private boolean registers;
    private String suffix = "-value";

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.shared(RegistrySettings.from(configs));
        registers = WireConfig.REGISTERS.of(WireConfig.config(configs));
        suffix = isKey ? "-key" : "-value";
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka: null stands for null.
    public byte[] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        var target = new Target(topic, record.getSchema());
        var written = targets.get(target);
        if (written == null) {
            written = written(target);
            targets.put(target, written);
        }
        var scratch = SCRATCH.get();
        try {
            return scratch.write(written, record);
        } catch (IOException | RuntimeException e) {
            SCRATCH.remove();
            throw new SerializationException(
                    "a " + target.schema.getFullName() + " for topic " + topic + " can't be written: " + e, e);
        } finally {
            if (scratch.out.size() > KEPT) {
                SCRATCH.remove();
            }
        }
    }

    private Written written(Target target) {
        if (registry == null) {
            throw new IllegalStateException("the serde has not been configured");
        }
        var subject = target.topic + suffix;
        int id = registers ? registry.register(subject, target.schema) : registry.idOf(subject, target.schema);
        return new Written(WireFormat.header(id), Records.writer(target.schema));
    }

    private record Target(String topic, Schema schema) {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Written(byte[] header, DatumWriter<SpecificRecord> writer) {}

    /** What a thread needs to write one record, kept for the next. */
    private static final class Scratch {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);

        byte[] write(Written written, SpecificRecord record) throws IOException {
            out.reset();
            out.write(written.header, 0, WireFormat.HEADER);
            encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            written.writer.write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        }
    }
}
