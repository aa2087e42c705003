package io.tagweir.app.bench;

import static io.tagweir.bench.Target.atLeast;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.LoadGenerator;
import io.tagweir.bench.ProcessMemory;
import io.tagweir.bench.Queries;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.RateProfile.Phase;
import io.tagweir.bench.Sample;
import io.tagweir.bench.Zipf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Cache and memory of the tail, at a rate of misses that the student can sustain. Owned by one thread. */
record TailScenarios(BenchContext context, Systems systems) {

    private static final String DRIFT = "zipf-drift";
    private static final int DRIFT_HIT_RATE = 500;
    private static final double MAX_DRIFT_MISS_RATE = 2_000;
    private static final double DRIFT_LOAD = 0.3;
    private static final int POPULAR = 20_000;
    private static final double RECOVERED = 0.9;

    private static final String MEMORY = "tail-memory";
    private static final double MEMORY_LOAD = 0.5;
    private static final double MAX_MEMORY_MISS_RATE = 10_000;

    /** A quarter of the misses fills these. */
    private static final Map<String, String> SMALL_CACHES =
            Map.of("tail.cache.heap.bytes", "1000000", "tail.cache.disk.bytes", "4000000");

    /**
     * How soon the cache follows when other misses become popular. Misses are drawn by Zipf's law from one set of
     * texts, and after half of the time from another. Neither was sent before, so the second half starts with a cache
     * full of the wrong texts.
     */
    void drift() {
        double capacity = systems.directStudent().capacity(context.misses());
        double missRate = Math.min(MAX_DRIFT_MISS_RATE, DRIFT_LOAD * capacity);
        var half = Phase.of(DRIFT_HIT_RATE, missRate, Duration.ofSeconds(context.pick(20, 4)));
        var profile = new RateProfile(half, half);
        int seconds = (int) half.duration().toSeconds();
        context.say("zipf-drift: %.0f misses/s, drawn from %d texts for %d s, then from others"
                .formatted(missRate, POPULAR, seconds));
        AnswerCounter answers;
        try (var load = new LoadRun(context, systems.small(), SystemUnderTest.LATENCY)) {
            load.window(DRIFT_HIT_RATE + missRate, 0, context.warmUp());
            answers = load.send(profile, drifting(profile));
        }
        if (answers.counts().answered() != profile.queries()) {
            throw new IllegalStateException(answers.missing() + " of " + profile.queries() + " queries got no answer");
        }
        reportDrift(cacheHitShare(profile, answers), seconds);
    }

    private IntFunction<QueryEvent> drifting(RateProfile profile) {
        var hits = new Zipf(BenchContext.SMALL_HEAD, 1, 1);
        var misses = new Zipf(POPULAR, 1, 2);
        int[] first = {context.misses().take(POPULAR), context.misses().take(POPULAR)};
        return i -> LoadGenerator.query(
                i, Queries.text(profile.isMiss(i) ? first[profile.phase(i)] + misses.next() : hits.next()));
    }

    /** The cache's share of the answers to misses, for each second in which queries were due. */
    static List<Double> cacheHitShare(RateProfile profile, AnswerCounter answers) {
        int seconds = (int) profile.phases().stream()
                .map(Phase::duration)
                .reduce(Duration.ZERO, Duration::plus)
                .toSeconds();
        var all = new int[seconds];
        var cached = new int[seconds];
        for (int number = 0; number < profile.queries(); number++) {
            var source = answers.source(number);
            if (source != null && source != Source.HEAD) {
                int second = (int) Math.min(seconds - 1, profile.dueNanos(number) / 1_000_000_000);
                all[second]++;
                cached[second] += source == Source.CACHE ? 1 : 0;
            }
        }
        var shares = new ArrayList<Double>();
        for (int second = 0; second < seconds; second++) {
            shares.add(all[second] == 0 ? 0 : (double) cached[second] / all[second]);
        }
        return shares;
    }

    private void reportDrift(List<Double> shares, int half) {
        int last = Math.max(1, half / 5);
        double before = mean(shares.subList(half - last, half));
        double after = mean(shares.subList(2 * half - last, 2 * half));
        var report = context.report();
        report.curve(DRIFT, "cache_hit_share", shares);
        report.add(DRIFT, "hit_share_before", before);
        report.add(DRIFT, "hit_share_after", after);
        // Without cache hits before there is nothing to recover.
        report.add(DRIFT, "seconds_to_90", before == 0 ? Double.NaN : secondsUntil(shares, RECOVERED * before, half));
        double ratio = before == 0 ? Double.NaN : after / before;
        report.ratio("zipf-drift, hit share after / before", Sample.of(ratio), atLeast(RECOVERED));
        context.say("zipf-drift: hit share %.2f before, %.2f after".formatted(before, after));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Seconds from {@code from} through the first with at least this share; NaN if there is none. */
    static double secondsUntil(List<Double> shares, double share, int from) {
        for (int second = from; second < shares.size(); second++) {
            if (shares.get(second) >= share) {
                return second + 1.0 - from;
            }
        }
        return Double.NaN;
    }

    /**
     * Whether memory stays flat over an hour's worth of unique misses, compressed in time: after a quarter of them,
     * when caches and pools are full, and after all. Nothing is pending when memory is measured. The application runs
     * in this process.
     */
    void memory() {
        int misses = context.pick(144_000, 8_000);
        double capacity = systems.directStudent().capacity(context.misses());
        double rate = Math.min(MAX_MEMORY_MISS_RATE, MEMORY_LOAD * capacity);
        context.say("tail-memory: %d misses at %.0f/s".formatted(misses, rate));
        var quarter = Duration.ofMillis((long) (misses / 4 * 1e3 / rate));
        ProcessMemory first;
        ProcessMemory last;
        try (var load = new LoadRun(context, systems.small().with(MEMORY, SMALL_CACHES), SystemUnderTest.LATENCY)) {
            load.window(0, rate, quarter);
            first = ProcessMemory.measure();
            for (int i = 1; i < 4; i++) {
                load.window(0, rate, quarter);
            }
            last = ProcessMemory.measure();
        }
        var report = context.report();
        report.add(MEMORY, "misses", misses);
        report.add(MEMORY, "heap_mb_first", first.heap() / 1e6);
        report.add(MEMORY, "heap_mb_last", last.heap() / 1e6);
        report.add(MEMORY, "rss_mb_first", first.resident() / 1e6);
        report.add(MEMORY, "rss_mb_last", last.resident() / 1e6);
        report.ratio("tail-memory, heap", Sample.of((double) last.heap() / first.heap()), atMost(1.1));
        report.ratio("tail-memory, resident", Sample.of((double) last.resident() / first.resident()), atMost(1.1));
    }
}
