package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.control.TopicReader;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The topic of the teacher's rows, read one partition at a time as it stands now. Used by one thread at a time.
 *
 * <p>A record that doesn't decode is told to the reader, too: it is on the topic, and no snapshot gains from it.
 */
public final class HeadTagsTopic {

    /**
     * Header, of any value, of the tombstones that {@code snapshot retire} writes: they are legal whatever a task knows
     * of the snapshot yet.
     */
    public static final String RETIRED_HEADER = "tagweir.retired";

    /** Takes what lies in a partition, in the order of offsets; a key may come again with another row, or none. */
    public interface Reader {

        /** @param row null: removed */
        void row(HeadKey key, @Nullable HeadTags row);

        void undecodable(long offset, String why);

        /** The key says whose row it is, but the row itself does not decode. */
        default void undecodableRow(HeadKey key, long offset, String why) {
            undecodable(offset, why);
        }
    }

    /** Takes the keys of a partition as they lie on the topic, in the order of offsets. */
    @FunctionalInterface
    interface KeyReader {

        /** @param raw the key's bytes, which are what compaction goes by: another writer's may differ from ours */
        void key(HeadKey key, byte[] raw, boolean removed);
    }

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<HeadKey> keys;
    private final Serde<HeadTags> rows;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public HeadTagsTopic(Map<String, Object> clientConfig, String topic, Serde<HeadKey> keys, Serde<HeadTags> rows) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.keys = keys;
        this.rows = rows;
    }

    public int partitions() {
        try (var reading = new TopicReader(clientConfig, topic)) {
            return reading.partitions();
        }
    }

    /** Reads a partition from its first record to what is its end when the reading begins. */
    public void read(int number, Reader reader) {
        try (var reading = new TopicReader(clientConfig, topic)) {
            reading.readAll(number, record -> tell(record, reader));
        }
    }

    private void tell(ConsumerRecord<byte[], byte[]> record, Reader reader) {
        HeadKey key;
        try {
            key = decoded(keys.deserializer(), record.key());
        } catch (SerializationException e) {
            reader.undecodable(record.offset(), String.valueOf(e.getMessage()));
            return;
        }
        if (key == null) {
            reader.undecodable(record.offset(), "the record has no key");
            return;
        }
        HeadTags row;
        try {
            row = decoded(rows.deserializer(), record.value());
        } catch (SerializationException e) {
            reader.undecodableRow(key, record.offset(), String.valueOf(e.getMessage()));
            return;
        }
        reader.row(key, row);
    }

    /** Reads the keys of a partition that decode, whatever their rows are like. */
    void readKeys(int number, KeyReader reader) {
        try (var reading = new TopicReader(clientConfig, topic)) {
            reading.readAll(number, record -> tellKey(record, reader));
        }
    }

    private void tellKey(ConsumerRecord<byte[], byte[]> record, KeyReader reader) {
        HeadKey key;
        try {
            key = decoded(keys.deserializer(), record.key());
        } catch (SerializationException e) {
            return; // Nobody's row: read() tells of it.
        }
        if (key != null) {
            reader.key(key, record.key(), record.value() == null);
        }
    }

    private <T> @Nullable T decoded(Deserializer<T> deserializer, byte @Nullable [] bytes) {
        return bytes == null ? null : deserializer.deserialize(topic, bytes);
    }

    String topic() {
        return topic;
    }

    byte[] key(HeadKey key) {
        return keys.serializer().serialize(topic, key);
    }

    byte[] row(HeadTags row) {
        return rows.serializer().serialize(topic, row);
    }
}
