package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of every query of an {@link OpenLoop}, as any consumer of the output could.
 *
 * <p>Reads {@code tagged-queries} and the dead letters from their ends at the time it was made, and ticks off ids. So
 * what it calls lost or repeated owes nothing to the application's own meters. Latency runs from when a query was due
 * to when its answer was polled here, in microseconds. Counts are guarded by this object's lock; reading runs on a
 * thread of its own.
 */
public final class AnswerTally implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final long LONGEST_MICROS = Duration.ofMinutes(10).toNanos() / 1_000;

    private final OpenLoop load;
    private final Observer observer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String deadLetters;
    private final Deserializer<TaggedQuery> answers;
    private final Deserializer<QueryEvent> queries;
    private final byte[] times;
    private final Map<Source, Integer> bySource = new EnumMap<>(Source.class);
    private final Map<String, Integer> bySnapshot = new HashMap<>();
    private final int warmUp;
    private final Histogram head = new Histogram(LONGEST_MICROS, 3);
    private final Histogram tail = new Histogram(LONGEST_MICROS, 3);
    private final Histogram recentHead = new Histogram(LONGEST_MICROS, 3);
    private final Histogram recentTail = new Histogram(LONGEST_MICROS, 3);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::read, "tally");
    private int answered;
    private int dead;
    private int repeated;
    private long firstAnswer;
    private long lastAnswer;
    private volatile boolean closed;

    /** Is told of each answer, once a query. Called on the thread that reads, one answer at a time. */
    @FunctionalInterface
    interface Observer {

        /** @param micros from when the query was due */
        void answered(int number, Source source, long micros);
    }

    /**
     * @param warmUp how many queries at the beginning are counted, but left out of the latencies
     * @param clientConfig how a Kafka client reaches the cluster
     */
    public AnswerTally(
            OpenLoop load,
            int warmUp,
            Map<String, Object> clientConfig,
            String taggedQueries,
            String deadLetters,
            Deserializer<TaggedQuery> answers,
            Deserializer<QueryEvent> queries) {
        this(load, warmUp, clientConfig, taggedQueries, deadLetters, answers, queries, (number, source, micros) -> {});
    }

    AnswerTally(
            OpenLoop load,
            int warmUp,
            Map<String, Object> clientConfig,
            String taggedQueries,
            String deadLetters,
            Deserializer<TaggedQuery> answers,
            Deserializer<QueryEvent> queries,
            Observer observer) {
        this.load = load;
        this.observer = observer;
        this.warmUp = warmUp;
        this.deadLetters = deadLetters;
        this.answers = answers;
        this.queries = queries;
        this.times = new byte[load.queries()];
        var config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : List.of(taggedQueries, deadLetters)) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                synchronized (this) {
                    records.forEach(record -> count(record, now));
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> record, long now) {
        if (record.topic().equals(deadLetters)) {
            if (tick(queries.deserialize(record.topic(), record.value()).getQueryId()) >= 0) {
                dead++;
            }
            return;
        }
        var answer = answers.deserialize(record.topic(), record.value());
        int number = tick(answer.getQueryId());
        if (number < 0) {
            return;
        }
        if (answered++ == 0) {
            firstAnswer = now;
        }
        lastAnswer = now;
        bySource.merge(answer.getSource(), 1, Integer::sum);
        if (answer.getSnapshot() != null) {
            bySnapshot.merge(answer.getSnapshot(), 1, Integer::sum);
        }
        long micros = Math.min(LONGEST_MICROS, Math.max(0, (now - load.due(number)) / 1_000));
        boolean hit = answer.getSource() == Source.HEAD;
        (hit ? recentHead : recentTail).recordValue(micros);
        if (number >= warmUp) {
            (hit ? head : tail).recordValue(micros);
        }
        observer.answered(number, answer.getSource(), micros);
    }

    /** The number of the query, where it is ticked off for the first time; else -1. */
    private int tick(String id) {
        int number = load.number(id);
        if (number < 0) {
            return -1;
        }
        if (times[number] > 0) {
            repeated++;
            return -1;
        }
        times[number] = 1;
        return number;
    }

    /** Waits until every query has come out, or none has for {@code patience}. */
    public void await(Duration patience) throws InterruptedException {
        int before = -1;
        long changed = System.nanoTime();
        while (true) {
            var now = counts();
            int out = now.answered() + now.deadLetters();
            if (out >= load.queries()) {
                return;
            }
            if (out != before) {
                before = out;
                changed = System.nanoTime();
            } else if (System.nanoTime() - changed > patience.toNanos()) {
                return;
            }
            thread.join(50);
        }
    }

    /** As {@link #counts}, with the latencies of the answers since this was last asked for, warm-up or not. */
    public synchronized Counts recent() {
        var all = counts();
        var recent = new Counts(
                all.answered(),
                all.bySource(),
                all.bySnapshot(),
                all.deadLetters(),
                all.repeated(),
                all.seconds(),
                Percentiles.of(recentHead),
                Percentiles.of(recentTail));
        recentHead.reset();
        recentTail.reset();
        return recent;
    }

    public synchronized Counts counts() {
        var broken = failure.get();
        if (broken != null) {
            throw broken;
        }
        return new Counts(
                answered,
                Map.copyOf(bySource),
                Map.copyOf(bySnapshot),
                dead,
                repeated,
                answered == 0 ? 0 : (lastAnswer - load.due(0)) / 1e9,
                Percentiles.of(head),
                Percentiles.of(tail));
    }

    /** When the first answer was polled, on the scale of {@link System#nanoTime}; 0 where none was. */
    public synchronized long firstAnswer() {
        return firstAnswer;
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
