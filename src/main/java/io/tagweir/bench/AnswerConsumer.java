package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers and dead letters into an {@link AnswerCounter}, as any consumer of the output would, on a thread of its
 * own. It starts at the current ends of the topics.
 */
public final class AnswerConsumer implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    private final AnswerCounter counter;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String deadLetters;
    private final Deserializer<TaggedQuery> answers;
    private final Deserializer<QueryEvent> queries;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::read, "answer-consumer");
    private volatile boolean closed;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public AnswerConsumer(
            AnswerCounter counter,
            Map<String, Object> clientConfig,
            String taggedQueries,
            String deadLetters,
            Deserializer<TaggedQuery> answers,
            Deserializer<QueryEvent> queries) {
        this.counter = counter;
        this.deadLetters = deadLetters;
        this.answers = answers;
        this.queries = queries;
        consumer = open(clientConfig, true, taggedQueries, deadLetters);
        thread.setDaemon(true);
        thread.start();
    }

    /** A consumer of whole topics, from their beginning or from their current end. */
    public static KafkaConsumer<byte[], byte[]> open(
            Map<String, Object> clientConfig, boolean fromEnd, String... topics) {
        var config = new HashMap<>(clientConfig);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("max.poll.records", 5_000);
        var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partitions = Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        if (fromEnd) {
            consumer.seekToEnd(partitions);
            // The seek is lazy; this looks the end up now, before anything is sent.
            partitions.forEach(consumer::position);
        } else {
            consumer.seekToBeginning(partitions);
        }
        return consumer;
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                for (var record : records) {
                    if (record.topic().equals(deadLetters)) {
                        counter.deadLettered(
                                queries.deserialize(deadLetters, record.value()).getQueryId());
                    } else {
                        counter.answered(answers.deserialize(record.topic(), record.value()), now);
                    }
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /**
     * Waits until every query is accounted for, or nothing has arrived for {@code patience}.
     *
     * @throws RuntimeException what stopped the reading thread
     */
    public void await(Duration patience) throws InterruptedException {
        int before = counter.missing();
        long changed = System.nanoTime();
        while (before > 0 && System.nanoTime() - changed <= patience.toNanos()) {
            thread.join(50);
            var failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            int missing = counter.missing();
            if (missing != before) {
                before = missing;
                changed = System.nanoTime();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
