package io.tagweir.app.bench;

import io.tagweir.app.Settings;
import io.tagweir.avro.QueryEvent;
import io.tagweir.bench.LoadGenerator;
import io.tagweir.bench.Queries;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.Report;
import io.tagweir.bench.UniqueMisses;
import io.tagweir.bench.Zipf;
import io.tagweir.topology.AvroSerdes;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntFunction;

/**
 * What the scenarios of a benchmark run share.
 *
 * @param settings name the cluster and its topics
 * @param quick whether scenarios do less: all together take up to 4 minutes on two idle cores, rather than 20
 * @param progress gets a line for each step
 */
record BenchContext(
        BenchCluster cluster,
        Settings settings,
        AvroSerdes serdes,
        boolean quick,
        UniqueMisses misses,
        Report report,
        PrintWriter progress,
        InstantSource clock) {

    /** Rows of the head that most scenarios use. */
    static final int SMALL_HEAD = 10_000;

    /** Share of misses in ordinary traffic. */
    static final double MISS_SHARE = 0.02;

    private static final long STARTED = System.nanoTime();

    /** How much of something: in a full run, and in a quick one. */
    int pick(int full, int inQuick) {
        return quick ? inQuick : full;
    }

    int largeHead() {
        return pick(1_000_000, 50_000);
    }

    /** How long a load runs before it is measured. */
    Duration warmUp() {
        return Duration.ofSeconds(pick(8, 3));
    }

    /** How long a load runs for one round of percentiles. */
    Duration window() {
        return Duration.ofSeconds(pick(4, 1));
    }

    /** Hits drawn from the small head by Zipf's law, and unique misses; to be asked for in order. */
    IntFunction<QueryEvent> queries(RateProfile profile, long seed) {
        return queries(profile, SMALL_HEAD, misses.take(profile.misses()), seed);
    }

    /** @param firstMiss number of the first miss; the next miss has the next number */
    static IntFunction<QueryEvent> queries(RateProfile profile, int headRows, int firstMiss, long seed) {
        var hits = new Zipf(headRows, 1, seed);
        return i -> LoadGenerator.query(
                i, Queries.text(profile.isMiss(i) ? firstMiss + profile.missesBefore(i) : hits.next()));
    }

    /** Lets a system load its head, which it then keeps. */
    void load(SystemUnderTest system) {
        say(system.name() + ": loading its head");
        var time = new Stopwatch();
        try (var running = idle(system)) {
            running.awaitHead();
        }
        say("%s: head loaded in %.1f s".formatted(system.name(), time.seconds()));
    }

    /** Starts a system that gets no queries. */
    SystemUnderTest.Running idle(SystemUnderTest system) {
        return system.start(cluster.createNew("no-queries"), cluster.createNew("no-answers"), SystemUnderTest.DRAIN);
    }

    void say(String line) {
        progress.printf("%4d s  %s%n", (System.nanoTime() - STARTED) / 1_000_000_000, line);
        progress.flush();
    }
}
