package io.tagweir.bench;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts the answers to the queries of a load by their ids, independently of the application's own meters. Latency runs
 * from when a query was due to when its answer was read. Thread-safe.
 */
public final class AnswerCounter {

    private static final long MAX_MICROS = Duration.ofMinutes(10).toNanos() / 1_000;

    private final int warmUp;
    private final IntToLongFunction dueNanos;
    private final BitSet seen = new BitSet();
    private final @Nullable Source[] sources;
    private final int[] micros;
    private final Map<Source, Integer> bySource = new EnumMap<>(Source.class);
    private final Map<String, Integer> bySnapshot = new HashMap<>();
    private final Histogram recentHead = histogram();
    private final Histogram recentTail = histogram();
    private int answered;
    private int deadLetters;
    private int duplicated;
    private long firstAnswer;
    private long lastAnswer;

    /**
     * @param warmUp the first so many queries are counted, but left out of the latencies
     * @param dueNanos when a query is due, on the scale of {@link System#nanoTime}
     */
    public AnswerCounter(int queries, int warmUp, IntToLongFunction dueNanos) {
        this.warmUp = warmUp;
        this.dueNanos = dueNanos;
        this.sources = new Source[queries];
        this.micros = new int[queries];
    }

    /** @param nanos when the answer was read, on the scale of {@link System#nanoTime} */
    public void answered(TaggedQuery answer, long nanos) {
        answered(answer.getQueryId(), answer.getSource(), answer.getSnapshot(), nanos);
    }

    /** The same for an answer that was not decoded whole. */
    public synchronized void answered(String id, Source source, @Nullable String snapshot, long nanos) {
        int number = firstSeen(id);
        if (number < 0) {
            return;
        }
        if (answered++ == 0) {
            firstAnswer = nanos;
        }
        lastAnswer = nanos;
        bySource.merge(source, 1, Integer::sum);
        if (snapshot != null) {
            bySnapshot.merge(snapshot, 1, Integer::sum);
        }
        sources[number] = source;
        micros[number] = (int) Math.max(0, Math.min(MAX_MICROS, (nanos - dueNanos.applyAsLong(number)) / 1_000));
        (source == Source.HEAD ? recentHead : recentTail).recordValue(micros[number]);
    }

    synchronized void deadLettered(String id) {
        if (firstSeen(id) >= 0) {
            deadLetters++;
        }
    }

    /** The number of the query the first time its id is seen; else -1. Ids of other loads are ignored. */
    private int firstSeen(String id) {
        int number = LoadGenerator.number(id, sources.length);
        if (number >= 0 && seen.get(number)) {
            duplicated++;
            return -1;
        }
        if (number >= 0) {
            seen.set(number);
        }
        return number;
    }

    /** How many queries have neither an answer nor a dead letter yet. */
    public synchronized int missing() {
        return sources.length - answered - deadLetters;
    }

    public synchronized AnswerCounts counts() {
        return counts(
                latency(number -> number >= warmUp && sources[number] == Source.HEAD),
                latency(number -> number >= warmUp && sources[number] != Source.HEAD));
    }

    /** As {@link #counts}, with the latencies of the answers since the last call, warm-up included. */
    public synchronized AnswerCounts recent() {
        var recent = counts(Percentiles.of(recentHead), Percentiles.of(recentTail));
        recentHead.reset();
        recentTail.reset();
        return recent;
    }

    private AnswerCounts counts(Percentiles head, Percentiles tail) {
        double seconds = answered == 0 ? 0 : (lastAnswer - dueNanos.applyAsLong(0)) / 1e9;
        return new AnswerCounts(
                answered, Map.copyOf(bySource), Map.copyOf(bySnapshot), deadLetters, duplicated, seconds, head, tail);
    }

    /** The latency of those answered queries whose number passes the filter. */
    public synchronized Percentiles latency(IntPredicate filter) {
        var histogram = histogram();
        for (int number = 0; number < sources.length; number++) {
            if (sources[number] != null && filter.test(number)) {
                histogram.recordValue(micros[number]);
            }
        }
        return Percentiles.of(histogram);
    }

    /** Who answered a query; null if nobody did. */
    public synchronized @Nullable Source source(int number) {
        return sources[number];
    }

    /** Latency of an answered query. */
    public synchronized Duration latency(int number) {
        return Duration.ofNanos(micros[number] * 1_000L);
    }

    /** When the first answer was read, on the scale of {@link System#nanoTime}; 0 before that. */
    public synchronized long firstAnswer() {
        return firstAnswer;
    }

    private static Histogram histogram() {
        return new Histogram(MAX_MICROS, 3);
    }
}
