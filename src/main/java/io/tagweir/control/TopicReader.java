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
 * Reads what a topic holds now, a partition at a time, committed records only. Each read stops at the end that the
 * partition had when it began. It fails if nothing comes for {@code default.api.timeout.ms} of the client's
 * configuration, or 30 s if that is not set. Used by one thread.
 */
public final class TopicReader implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FETCH_BYTES = 16 << 20;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    /**
     * How long the broker holds back an empty response. Kafka's default is 500: a fetch past the end is always under
     * way when a read is done, and closing waits for its response.
     */
    private static final int FETCH_WAIT_MS = 10;

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Duration limit;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public TopicReader(Map<String, Object> clientConfig, String topic) {
        var config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var given = clientConfig.get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        limit = given == null ? LIMIT : Duration.ofMillis(Long.parseLong(given.toString()));
        this.topic = topic;
    }

    public int partitions() {
        return consumer.partitionsFor(topic).size();
    }

    /** Reads a partition from its first record. */
    public void readAll(int number, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        readLast(number, Long.MAX_VALUE, reader);
    }

    /** Reads the last records of a partition, at most {@code most}; transaction markers count. */
    public void readLast(int number, long most, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var partition = new TopicPartition(topic, number);
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        consumer.assign(List.of(partition));
        consumer.seek(partition, Math.max(begin, end - most));
        long position = consumer.position(partition);
        long progressed = System.nanoTime();
        while (position < end) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    reader.accept(record);
                }
            }
            long now = consumer.position(partition);
            if (now > position) {
                position = now;
                progressed = System.nanoTime();
            } else if (System.nanoTime() - progressed > limit.toNanos()) {
                throw new TimeoutException("nothing came from " + partition + " for " + limit.toMillis()
                        + " ms; read up to offset " + position + " of " + end);
            }
        }
    }

    /**
     * Waits until readers of committed records can see an offset. A committed transaction gets its marker in the topic
     * a little later, and an earlier transaction that is still open holds it back.
     */
    void awaitVisible(int number, long offset) {
        var partition = new TopicPartition(topic, number);
        long began = System.nanoTime();
        while (consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) <= offset) {
            if (System.nanoTime() - began > limit.toNanos()) {
                throw new TimeoutException(
                        "offset " + offset + " of " + partition + " is not visible after " + limit.toMillis() + " ms");
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
