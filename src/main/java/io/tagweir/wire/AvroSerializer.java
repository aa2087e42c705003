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
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The serializer of {@link AvroSerde}. Thread-safe once configured; each thread has its own buffer. */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    /** A thread frees its buffer after a record longer than this, in bytes. */
    private static final int MAX_BUFFER_BYTES = 1 << 16;

    private static final ThreadLocal<Buffer> BUFFER = ThreadLocal.withInitial(Buffer::new);

    private final Map<TopicSchema, RecordWriter> writers = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistryClient registry;
    private boolean registers;
    private String suffix = "-value";

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.shared(RegistrySettings.from(configs));
        registers = new AbstractConfig(WireConfig.definition(), configs, false).getBoolean(WireConfig.AUTO_REGISTER);
        suffix = isKey ? "-key" : "-value";
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka maps null to null.
    public byte[] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        var target = new TopicSchema(topic, record.getSchema());
        var writer = writers.get(target);
        if (writer == null) {
            writer = writer(target);
            writers.put(target, writer);
        }
        var buffer = BUFFER.get();
        try {
            return buffer.write(writer, record);
        } catch (IOException | RuntimeException e) {
            BUFFER.remove();
            throw new SerializationException(
                    "a " + target.schema.getFullName() + " for topic " + topic + " can't be written: " + e, e);
        } finally {
            if (buffer.out.size() > MAX_BUFFER_BYTES) {
                BUFFER.remove();
            }
        }
    }

    private RecordWriter writer(TopicSchema target) {
        if (registry == null) {
            throw new IllegalStateException("the serde has not been configured");
        }
        var subject = target.topic + suffix;
        int id = registers ? registry.register(subject, target.schema) : registry.idOf(subject, target.schema);
        return new RecordWriter(WireFormat.header(id), AvroRecords.writer(target.schema));
    }

    private record TopicSchema(String topic, Schema schema) {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record RecordWriter(byte[] header, DatumWriter<SpecificRecord> datumWriter) {}

    /** A thread's output buffer and encoder, reused for every record. */
    private static final class Buffer {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);

        byte[] write(RecordWriter writer, SpecificRecord record) throws IOException {
            out.reset();
            out.write(writer.header, 0, WireFormat.HEADER);
            encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            writer.datumWriter.write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        }
    }
}
