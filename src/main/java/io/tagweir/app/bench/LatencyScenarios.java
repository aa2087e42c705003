package io.tagweir.app.bench;

import static io.tagweir.app.bench.LoadRun.sample;
import static io.tagweir.app.bench.SystemUnderTest.LATENCY;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounts;
import io.tagweir.bench.Report;
import io.tagweir.bench.Sample;
import io.tagweir.bench.Target;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Latency at fixed rates. Load generator, answer consumer, application and broker share the machine. Owned by one
 * thread.
 */
final class LatencyScenarios {

    private static final int RATE = 2_000;

    private static final int ISOLATION_HIT_RATE = 1_000;
    private static final double OVERLOAD = 2.5;

    /** A generator on the same machine can't send more misses per second. */
    private static final double MAX_MISS_RATE = 60_000;

    /** Few enough that an overloaded tail is full at once and sheds. */
    private static final Map<String, String> SMALL_QUEUE = Map.of("tail.pending.max.queries", "2000");

    private final BenchContext context;
    private final Systems systems;
    private final Report report;

    LatencyScenarios(BenchContext context, Systems systems) {
        this.context = context;
        this.systems = systems;
        this.report = context.report();
    }

    /**
     * 98 % hits, under both guarantees and several commit intervals, and hits only through a pass-through, whose
     * latency is the floor.
     *
     * @param drained the rate that Tagweir drains; half of it is measured too, but not in a quick run
     */
    void latency(DoubleSupplier drained) {
        report(
                "latency-2000-pass-through",
                RATE,
                LoadRun.steady(context, systems.avroPassThrough(), LATENCY, RATE, 0),
                null,
                null);
        report("2000-at-least-once-100ms", LATENCY, RATE, atMost(1.5), atMost(8));
        // An answer is visible only once it is committed, so the interval decides the latency.
        for (int commit : context.quick() ? new int[] {10} : new int[] {100, 25, 10}) {
            report(
                    "2000-exactly-once-" + commit + "ms",
                    SystemUnderTest.tuning("latency", "exactly_once_v2", commit),
                    RATE,
                    null,
                    null);
        }
        if (!context.quick()) {
            report("half-drained-at-least-once-100ms", LATENCY, drained.getAsDouble() / 2, null, null);
        }
    }

    /** @param rate queries per second, hits and misses together */
    private void report(
            String suffix, Map<String, String> tuning, double rate, @Nullable Target p50, @Nullable Target p99) {
        String name = "latency-" + suffix;
        double missRate = rate * BenchContext.MISS_SHARE;
        var windows = LoadRun.steady(context, systems.small(), tuning, rate - missRate, missRate);
        report(name, rate, windows, p50, p99);
        LoadRun.report(report, name, windows, "tail_p50_ms", "tail_p99_ms", "tail_p999_ms");
    }

    private void report(
            String name, double rate, List<AnswerCounts> windows, @Nullable Target p50, @Nullable Target p99) {
        report.add(name, "sent_per_s", rate);
        report.add(name, "head_p50_ms", sample(windows, "head_p50_ms"), p50);
        report.add(name, "head_p99_ms", p99(windows), p99);
        LoadRun.report(report, name, windows, "head_p999_ms");
        context.say("%-44s head p99 %.2f ms".formatted(name, p99(windows).median()));
    }

    /**
     * Whether the head notices an overloaded tail: its latency without misses, and with more misses than the student
     * can tag, so that the tail is full and sheds. To send and count so many more queries takes its share of a small
     * machine, so the same number of hits is measured too.
     */
    void isolation() {
        double missRate =
                Math.min(MAX_MISS_RATE, OVERLOAD * systems.directStudent().capacity(context.misses()));
        context.say("isolation: %d hits/s, then %.0f misses/s as well".formatted(ISOLATION_HIT_RATE, missRate));
        var system = systems.small().with("isolation", SMALL_QUEUE);
        // The busiest load without misses runs first and warms up the JVM for the others.
        var hits = LoadRun.steady(context, system, LATENCY, ISOLATION_HIT_RATE + missRate, 0);
        var idle = LoadRun.steady(context, system, LATENCY, ISOLATION_HIT_RATE, 0);
        var overloaded = LoadRun.steady(context, system, LATENCY, ISOLATION_HIT_RATE, missRate);
        LoadRun.report(report, "isolation-idle", idle, "head_p50_ms", "head_p99_ms");
        LoadRun.report(report, "isolation-hits", hits, "head_p50_ms", "head_p99_ms");
        LoadRun.report(report, "isolation-overloaded", overloaded, "head_p50_ms", "head_p99_ms");
        double student = count(overloaded, Source.STUDENT);
        double shed = count(overloaded, Source.SHED);
        report.add("isolation-overloaded", "offered_misses_per_s", missRate);
        report.add("isolation-overloaded", "shed_share", shed / (shed + student));
        report.ratio("isolation, head p99", p99(overloaded).over(p99(idle)), atMost(1.5));
        report.ratio("isolation, head p99 / with as many hits", p99(overloaded).over(p99(hits)), null);
    }

    private static int count(List<AnswerCounts> windows, Source source) {
        return windows.stream().mapToInt(window -> window.from(source)).sum();
    }

    static Sample p99(List<AnswerCounts> windows) {
        return sample(windows, "head_p99_ms");
    }
}
