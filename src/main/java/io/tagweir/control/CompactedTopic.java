package io.tagweir.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic with text keys, read as it is now: the newest record of each key. Used by one thread at a time.
 *
 * <p>A tombstone removes its key. A newest record that can't be decoded removes the key's value too, and is reported:
 * compaction would leave nothing else, so all readers agree, whenever they start.
 */
public final class CompactedTopic<T> {

    /**
     * What the topic holds.
     *
     * @param values by key
     * @param undecodable newest records of their keys, and records without a key
     */
    public record Contents<T>(SortedMap<String, T> values, List<UndecodableRecord> undecodable) {}

    /**
     * One record of the topic.
     *
     * @param value null: a tombstone, or it can't be decoded
     * @param undecodable null: it can be decoded
     */
    record DecodedRecord<T>(
            long offset,
            @Nullable String key,
            @Nullable T value,
            @Nullable UndecodableRecord undecodable) {}

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<T> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public CompactedTopic(Map<String, Object> clientConfig, String topic, Serde<T> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    public Contents<T> read() {
        var values = new TreeMap<String, T>();
        var undecodable = new TreeMap<String, UndecodableRecord>();
        var withoutKey = new ArrayList<UndecodableRecord>();
        forEach(entry -> {
            if (entry.key == null) {
                if (entry.undecodable != null) {
                    withoutKey.add(entry.undecodable);
                }
                return;
            }
            values.remove(entry.key);
            undecodable.remove(entry.key);
            if (entry.value != null) {
                values.put(entry.key, entry.value);
            } else if (entry.undecodable != null) {
                undecodable.put(entry.key, entry.undecodable);
            }
        });
        withoutKey.addAll(0, undecodable.values());
        return new Contents<>(values, List.copyOf(withoutKey));
    }

    /** Reads every record, partition by partition, in the order of offsets. */
    void forEach(Consumer<DecodedRecord<T>> reader) {
        try (var records = new TopicReader(clientConfig, topic)) {
            for (int partition = 0; partition < records.partitions(); partition++) {
                records.readAll(partition, record -> reader.accept(entry(record)));
            }
        }
    }

    private DecodedRecord<T> entry(ConsumerRecord<byte[], byte[]> record) {
        byte[] rawKey = record.key();
        byte[] rawValue = record.value();
        String key = rawKey == null ? null : new String(rawKey, StandardCharsets.UTF_8);
        String problem = key == null ? "it has no key" : null;
        T value = null;
        if (problem == null && rawValue != null) {
            try {
                value = serde.deserializer().deserialize(topic, rawValue);
            } catch (SerializationException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        return new DecodedRecord<>(
                record.offset(),
                key,
                value,
                problem == null
                        ? null
                        : new UndecodableRecord(topic, record.partition(), record.offset(), key, problem));
    }

    /**
     * A record for partition 0 of this topic.
     *
     * @param value null: a tombstone
     */
    public ProducerRecord<byte[], byte[]> record(String key, @Nullable T value) {
        return new ProducerRecord<>(
                topic,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : serde.serializer().serialize(topic, value));
    }

    String topic() {
        return topic;
    }
}
