package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The topic of the teacher's rows, read one partition at a time as it stands now. Used by one thread at a time.
 *
 * <p>A record that doesn't decode is told to the reader, too: it is on the topic, and no snapshot gains from it.
 */
public final class HeadTagsTopic {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Takes what lies in a partition, in the order of offsets; a key may come again with another row, or none. */
    public interface Reader {

        /** @param row null: removed */
        void row(HeadKey key, @Nullable HeadTags row);

        void undecodable(long offset, String why);
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
        try (var consumer = consumer()) {
            return consumer.partitionsFor(topic).size();
        }
    }

    /** Reads a partition from its first record to what is its end when the reading begins. */
    public void read(int number, Reader reader) {
        try (var consumer = consumer()) {
            var partition = new TopicPartition(topic, number);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(POLL)) {
                    HeadKey key;
                    HeadTags row;
                    try {
                        key = keys.deserializer().deserialize(topic, record.key());
                        row = rows.deserializer().deserialize(topic, record.value());
                    } catch (org.apache.kafka.common.errors.SerializationException e) {
                        reader.undecodable(record.offset(), String.valueOf(e.getMessage()));
                        continue;
                    }
                    if (key == null) {
                        reader.undecodable(record.offset(), "the record has no key");
                    } else {
                        reader.row(key, row);
                    }
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 << 20);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
