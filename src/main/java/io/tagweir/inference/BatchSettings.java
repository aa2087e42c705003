package io.tagweir.inference;

import io.tagweir.setting.Setting;
import io.tagweir.student.BatchShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How queries are batched for the student, and on how many threads it runs.
 *
 * @param threads threads that run the student, in this process
 * @param interactiveThreads additional threads, for INTERACTIVE queries only
 * @param maxQueries most queries in one run of the model
 * @param maxTokens most tokens in one run, padding included
 * @param linger how long a thread waits for more queries once it has one
 * @param capacity queries a second that the student answers here, until it has been measured; 0: unknown
 */
public record BatchSettings(
        int threads,
        int interactiveThreads,
        int maxQueries,
        int maxTokens,
        Duration linger,
        double capacity,
        FaultSettings faults) {

    /** A thread takes queries for as many runs at once and sorts them by length, so that little is padded. */
    static final int RUNS_PER_BATCH = 8;

    /**
     * Upper bounds of the length buckets, in tokens. Queries of different buckets never share a run, and each bucket is
     * warmed up before the process is ready.
     */
    private static final List<Integer> BUCKETS = List.of(16, 32, 64);

    /**
     * The other threads give way to everything else, which may be longer than a user waits for an answer if cores are
     * short. One thread with normal priority keeps INTERACTIVE queries from that.
     */
    private static final int INTERACTIVE_THREADS = 1;

    /** None: a free thread takes whatever waits, and batches grow by themselves under load. */
    private static final Duration LINGER = Duration.ZERO;

    static final Setting<Integer> THREADS = Setting.count("tail.threads", "threads", 2)
            .between(1, 256)
            .doc(
                    "Threads that run the student. Two threads with a run each beat one run on two threads. On a GPU, a single"
                            + " thread is used. A larger student gets half as many. One more thread serves INTERACTIVE queries"
                            + " only.");
    static final Setting<Integer> MAX_QUERIES = Setting.count("tail.sub.batch.queries", "queries", 8)
            .between(1, 4_096)
            .doc(
                    "Most queries in one run of the model. Larger runs gain nothing on a CPU; a GPU needs 32 or more. A thread"
                            + " takes the queries of eight runs at once and sorts them by length.");
    static final Setting<Integer> MAX_TOKENS = Setting.count("tail.sub.batch.tokens", "tokens", 256)
            .between(1, 1_048_576)
            .doc("Most tokens in one run of the model, padding included. A longer query runs alone.");
    static final Setting<Double> CAPACITY = Setting.number("tail.capacity.queries.per.second", "queries per second", 0)
            .between(0.0, 1e9)
            .doc(
                    "Queries that the student answers on this machine. Until the process has measured it, deadlines are judged"
                            + " by it. 0 means unknown, and every query is accepted. tagweir calibrate measures it.");

    public static List<Setting<?>> settings() {
        return Stream.concat(Stream.of(THREADS, MAX_QUERIES, MAX_TOKENS, CAPACITY), FaultSettings.settings().stream())
                .toList();
    }

    public static BatchSettings of(AbstractConfig config) {
        return new BatchSettings(
                THREADS.of(config),
                INTERACTIVE_THREADS,
                MAX_QUERIES.of(config),
                MAX_TOKENS.of(config),
                LINGER,
                CAPACITY.of(config),
                FaultSettings.of(config));
    }

    /** A copy with one thread for all queries, for a device that a single thread keeps busy. */
    public BatchSettings withOneThread() {
        return new BatchSettings(1, 0, maxQueries, maxTokens, linger, capacity, faults);
    }

    /** A copy for a larger student. It is asked rarely, and must not take the cores from the fast one. */
    public BatchSettings forLargerStudent() {
        return new BatchSettings(Math.max(1, threads / 2), 0, maxQueries, maxTokens, linger, capacity, faults);
    }

    public BatchSettings withInteractiveThreads(int other) {
        return new BatchSettings(threads, other, maxQueries, maxTokens, linger, capacity, faults);
    }

    public BatchSettings withLinger(Duration other) {
        return new BatchSettings(threads, interactiveThreads, maxQueries, maxTokens, other, capacity, faults);
    }

    public BatchSettings withFaults(FaultSettings other) {
        return new BatchSettings(threads, interactiveThreads, maxQueries, maxTokens, linger, capacity, other);
    }

    /** Most queries that a thread takes at once. */
    public int window() {
        return RUNS_PER_BATCH * maxQueries;
    }

    /** The shapes to warm a student up in: for each length bucket a single query, and as many as a run may hold. */
    public List<BatchShape> shapes() {
        var shapes = new ArrayList<BatchShape>();
        for (int length : BUCKETS) {
            shapes.add(new BatchShape(1, length));
            int most = Math.min(maxQueries, maxTokens / length);
            if (most > 1) {
                shapes.add(new BatchShape(most, length));
            }
        }
        return shapes;
    }

    /** The length bucket of a query of so many tokens; the last bucket also holds all longer ones. */
    static int bucket(int tokens) {
        int bucket = 0;
        while (bucket < BUCKETS.size() - 1 && tokens > BUCKETS.get(bucket)) {
            bucket++;
        }
        return bucket;
    }
}
