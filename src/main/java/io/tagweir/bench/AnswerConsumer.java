package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
        consumer = TopicConsumer.open(clientConfig, true, taggedQueries, deadLetters);
        thread.setDaemon(true);
        thread.start();
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
