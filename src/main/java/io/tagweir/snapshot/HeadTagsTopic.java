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
 * The topic of the teacher's rows, read one partition at a time. Used by one thread at a time. Records that can't be
 * decoded are passed to the reader too.
 */
public final class HeadTagsTopic {

    /**
     * Header, with any value, of the tombstones that {@code snapshot retire} writes. A task accepts them even if it has
     * not read yet that the snapshot is retired.
     */
    public static final String RETIRED_HEADER = "tagweir.retired";

    /** Receives the records of a partition, in the order of offsets. A key may come again with another row, or none. */
    public interface Reader {

        /** @param row null: removed */
        void row(HeadKey key, @Nullable HeadTags row);

        void undecodable(long offset, String why);

        /** The key can be decoded, but not the row. */
        default void undecodableRow(HeadKey key, long offset, String why) {
            undecodable(offset, why);
        }
    }

    /** Receives the keys of a partition, in the order of offsets. */
    @FunctionalInterface
    public interface KeyReader {

        /**
         * @param raw the key's bytes, by which compaction identifies it; those of another writer may differ from ours
         */
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

    /** Reads a partition from its first record to its present end. */
    public void read(int number, Reader reader) {
        try (var reading = new TopicReader(clientConfig, topic)) {
            reading.readAll(number, record -> pass(record, reader));
        }
    }

    private void pass(ConsumerRecord<byte[], byte[]> record, Reader reader) {
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

    /** Reads the keys of a partition that can be decoded, with or without valid rows. */
    public void readKeys(int number, KeyReader reader) {
        try (var reading = new TopicReader(clientConfig, topic)) {
            reading.readAll(number, record -> passKey(record, reader));
        }
    }

    private void passKey(ConsumerRecord<byte[], byte[]> record, KeyReader reader) {
        HeadKey key;
        try {
            key = decoded(keys.deserializer(), record.key());
        } catch (SerializationException e) {
            return; // read() reports it.
        }
        if (key != null) {
            reader.key(key, record.key(), record.value() == null);
        }
    }

    private <T> @Nullable T decoded(Deserializer<T> deserializer, byte @Nullable [] bytes) {
        return bytes == null ? null : deserializer.deserialize(topic, bytes);
    }

    public String topic() {
        return topic;
    }

    public byte[] key(HeadKey key) {
        return keys.serializer().serialize(topic, key);
    }

    public byte[] row(HeadTags row) {
        return rows.serializer().serialize(topic, row);
    }
}
