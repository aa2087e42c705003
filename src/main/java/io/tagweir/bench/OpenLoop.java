package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop load: queries are sent when they are due, whether or not earlier ones were answered.
 *
 * <p>Query {@code i} is due at a time of its own after the start; its record's timestamp and its latency count from
 * then, so a sender or a system that falls behind shows as latency (no coordinated omission). {@link #run} belongs to
 * one thread.
 */
public final class OpenLoop {

    private static final String PREFIX = "q-";

    @FunctionalInterface
    private interface Keys {

        /** The key of the record of query {@code number}; null: none. */
        byte @Nullable [] of(int number, QueryEvent query);
    }

    private final Producer<byte[], byte[]> producer;
    private final Serializer<QueryEvent> serializer;
    private final String topic;
    private final InstantSource clock;
    private final long[] due;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile int sent;

    /** @param queries how many queries will be sent */
    public OpenLoop(
            Producer<byte[], byte[]> producer,
            Serializer<QueryEvent> serializer,
            String topic,
            InstantSource clock,
            int queries) {
        this.producer = producer;
        this.serializer = serializer;
        this.topic = topic;
        this.clock = clock;
        this.due = new long[queries];
    }

    /**
     * Sends all queries at a steady rate, with the keys of {@link KeyMix}, and returns when Kafka has them.
     *
     * @param rate queries a second
     * @param text of query {@code i}
     */
    public void run(double rate, IntFunction<String> text) {
        run(i -> (long) (i * 1e9 / rate), i -> event(i, text.apply(i)), (i, query) -> KeyMix.key(i, query.getQuery()));
    }

    /**
     * Sends all queries, keyed by their text, and returns when Kafka has them.
     *
     * @param offset when query {@code i} is due, in nanoseconds from the start
     * @param event query {@code i}, with the id that {@link #event} gives it; asked for in order
     */
    void run(IntToLongFunction offset, IntFunction<QueryEvent> event) {
        run(offset, event, (i, query) -> query.getQuery().getBytes(StandardCharsets.UTF_8));
    }

    private void run(IntToLongFunction offset, IntFunction<QueryEvent> event, Keys keys) {
        long start = System.nanoTime();
        long startMillis = clock.millis();
        for (int i = 0; i < due.length; i++) {
            long after = offset.applyAsLong(i);
            due[i] = start + after;
            var query = event.apply(i);
            for (long early = due[i] - System.nanoTime(); early > 0; early = due[i] - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            producer.send(
                    new ProducerRecord<>(
                            topic,
                            null,
                            startMillis + after / 1_000_000,
                            keys.of(i, query),
                            serializer.serialize(topic, query)),
                    (metadata, error) -> {
                        if (error != null) {
                            failure.compareAndSet(null, error);
                        }
                    });
            sent = i + 1;
        }
        producer.flush();
        var error = failure.get();
        if (error != null) {
            throw new KafkaException("a query was not sent: " + error.getMessage(), error);
        }
    }

    /** The query with this number. */
    static QueryEvent event(int number, String text) {
        return QueryEvent.newBuilder()
                .setQueryId(PREFIX + number)
                .setQuery(text)
                .build();
    }

    public int queries() {
        return due.length;
    }

    public int sent() {
        return sent;
    }

    /** The number of the query with this id; -1 where this load did not send it. */
    int number(String id) {
        return number(id, due.length);
    }

    /** The number in an id, where it is one of {@code queries}; else -1. */
    static int number(String id, int queries) {
        if (!id.startsWith(PREFIX)) {
            return -1;
        }
        int number = Integer.parseInt(id, PREFIX.length(), id.length(), 10);
        return number < queries ? number : -1;
    }

    /** When query {@code number} was due, on the scale of {@link System#nanoTime}. */
    long due(int number) {
        return due[number];
    }
}
