package io.tagweir.control;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what a topic holds now, a partition at a time, committed records only. Each reading ends at the end that was
 * seen when it began, and fails where nothing comes for {@link #PATIENCE}. Used by one thread.
 */
public final class TopicReading implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int FETCH_BYTES = 16 << 20;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /**
     * How long the broker holds back an answer that would be empty. Kafka's default is 500: a fetch past the end is
     * always on its way when a reading is over, and closing waits for its answer.
     */
    private static final int FETCH_WAIT_MS = 10;

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public TopicReading(Map<String, Object> clientConfig, String topic) {
        var config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
    }

    public int partitions() {
        return consumer.partitionsFor(topic).size();
    }

    /** Reads a partition from its first record on. */
    public void whole(int number, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        tail(number, Long.MAX_VALUE, reader);
    }

    /**
     * Reads the last records of a partition, about as many as {@code most} (its markers of transactions count, too).
     */
    public void tail(int number, long most, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var partition = new TopicPartition(topic, number);
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        consumer.assign(List.of(partition));
        consumer.seek(partition, Math.max(begin, end - most));
        long position = consumer.position(partition);
        long heard = System.nanoTime();
        while (position < end) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    reader.accept(record);
                }
            }
            long now = consumer.position(partition);
            if (now > position) {
                position = now;
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new TimeoutException("nothing came from " + partition + " for " + PATIENCE.toSeconds()
                        + " s; read up to offset " + position + " of " + end);
            }
        }
    }

    /**
     * Waits until readers of committed records see this offset. A transaction that is committed has its mark in the
     * topic a little later.
     */
    void awaitSeen(int number, long offset) {
        var partition = new TopicPartition(topic, number);
        long began = System.nanoTime();
        while (consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) <= offset) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new TimeoutException(
                        "what was committed to " + partition + " is not seen after " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
