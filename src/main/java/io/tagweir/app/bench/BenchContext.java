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
import java.time.InstantSource;
import java.util.function.IntFunction;

/**
 * What the scenarios of a benchmark run share.
 *
 * @param settings name the cluster and its topics
 * @param progress gets a line for each step
 */
record BenchContext(
        BenchCluster cluster,
        Settings settings,
        AvroSerdes serdes,
        Scale scale,
        UniqueMisses misses,
        Report report,
        PrintWriter progress,
        InstantSource clock) {

    private static final long STARTED = System.nanoTime();

    /** Hits drawn from the small head by Zipf's law and unique misses, to be asked for in order. */
    IntFunction<QueryEvent> queries(RateProfile profile, long seed) {
        return queries(profile, scale.smallHead(), misses.take(profile.misses()), seed);
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
        String queries = cluster.createNew("no-queries");
        try (var running = system.start(queries, cluster.createNew("no-answers"), Tuning.DRAIN)) {
            running.awaitHead();
        }
        say("%s: head loaded in %.1f s".formatted(system.name(), time.seconds()));
    }

    void say(String line) {
        progress.printf("%4d s  %s%n", (System.nanoTime() - STARTED) / 1_000_000_000, line);
        progress.flush();
    }
}
