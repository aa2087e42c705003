package io.tagweir.app.bench;

import static io.tagweir.bench.Target.atLeast;

import io.tagweir.bench.NaiveTopology;
import io.tagweir.bench.PassThrough;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Throughput: how fast systems drain the same backlog of queries. Owned by one thread. */
record DrainScenarios(BenchContext context, Systems systems) {

    /** Settings of a drain, in which no miss may be shed. */
    private static final Map<String, String> UNLIMITED = Map.of("tail.pending.max.queries", "10000000");

    private static final Map<String, String> NO_CACHE =
            Map.of("tail.cache.heap.bytes", "0", "tail.cache.disk.bytes", "0");
    private static final String MIXED = "mixed";
    private static final String TOPOLOGY = "student-topology";
    private static final String DIRECT = "student-direct";
    private static final String UNCACHED = "student-uncached";

    /** Hits only, for {@code pass-through}, {@code head} and {@code table-size}; they share rounds and systems. */
    void hits(Set<Scenario> asked) {
        int hugeHead = context.pick(5_000_000, 100_000);
        boolean head = asked.contains(Scenario.HEAD);
        boolean tableSize = asked.contains(Scenario.TABLE_SIZE);
        var rounds = new Rounds(context);
        var small = hits(rounds, BenchContext.SMALL_HEAD);
        if (head || asked.contains(Scenario.PASS_THROUGH)) {
            rounds.add(small, systems.avroPassThrough(), systems.rawPassThrough());
        }
        if (head || tableSize) {
            rounds.add(small, systems.small());
            rounds.add(hits(rounds, context.largeHead()), systems.tagweir(context.largeHead()));
        }
        if (tableSize) {
            rounds.add(hits(rounds, hugeHead), systems.tagweir(hugeHead));
        }
        rounds.run();
        if (head) {
            for (int rows : new int[] {BenchContext.SMALL_HEAD, context.largeHead()}) {
                rounds.ratios(systems.tagweir(rows).name(), PassThrough.AVRO, atLeast(1));
                rounds.ratios(systems.tagweir(rows).name(), PassThrough.RAW, atLeast(0.85));
            }
        }
        if (tableSize) {
            for (int rows : new int[] {context.largeHead(), hugeHead}) {
                rounds.ratios(systems.tagweir(rows).name(), systems.small().name(), atLeast(0.8));
            }
        }
    }

    private Backlog hits(Rounds rounds, int rows) {
        return rounds.backlog("queries-" + Systems.size(rows), rows, context.pick(1_000_000, 200_000), 0);
    }

    /** Hits with a few misses, compared with the naive topology if asked to. */
    void mixed(boolean withNaive) {
        var rounds = new Rounds(context);
        var backlog = rounds.backlog(
                "queries-mixed", BenchContext.SMALL_HEAD, context.pick(300_000, 60_000), BenchContext.MISS_SHARE);
        rounds.add(backlog, systems.small().with(MIXED, UNLIMITED));
        if (withNaive) {
            rounds.add(backlog, systems.naive());
        }
        rounds.run();
        if (withNaive) {
            rounds.ratios(MIXED, NaiveTopology.NAME, atLeast(2.2));
        }
    }

    /** The rate per second at which Tagweir drains hits with a few misses. */
    double mixedRate() {
        if (context.report().median(MIXED, Stopwatch.RATE).isEmpty()) {
            mixed(false);
        }
        return context.report().median(MIXED, Stopwatch.RATE).orElseThrow();
    }

    /**
     * Unique misses only: for {@code student} next to the student fed from memory, for {@code cache-cost} next to
     * Tagweir without a cache, which these misses have no use for.
     */
    void misses(Set<Scenario> asked) {
        boolean student = asked.contains(Scenario.STUDENT);
        boolean cacheCost = asked.contains(Scenario.CACHE_COST);
        var rounds = new Rounds(context);
        var backlog = rounds.backlog("queries-tail", BenchContext.SMALL_HEAD, missBacklog(), 1);
        var topology = systems.small().with(TOPOLOGY, UNLIMITED);
        rounds.add(backlog, topology);
        if (student) {
            rounds.add(DIRECT, () -> direct(backlog.firstMiss()));
        }
        if (cacheCost) {
            rounds.add(backlog, topology.with(UNCACHED, NO_CACHE));
        }
        rounds.run();
        if (student) {
            rounds.ratios(TOPOLOGY, DIRECT, atLeast(0.9));
        }
        if (cacheCost) {
            rounds.ratios(TOPOLOGY, UNCACHED, atLeast(0.95));
        }
    }

    private int missBacklog() {
        return context.pick(24_000, 4_000);
    }

    private Map<String, Double> direct(int firstMiss) {
        int count = missBacklog();
        var time = new Stopwatch();
        var run = systems.directStudent().run(firstMiss, count);
        var figures = new LinkedHashMap<>(time.figures(count));
        figures.put("batch_p50_ms", run.batch().p50());
        figures.put("batch_p99_ms", run.batch().p99());
        return figures;
    }
}
