package io.tagweir.app.bench;

import static io.tagweir.app.bench.LoadRun.sample;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounts;
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
    private static final double MISS_SHARE = 0.02;

    private static final int ISOLATION_HIT_RATE = 1_000;
    private static final double OVERLOAD = 2.5;

    /** A generator on the same machine can't send more misses per second. */
    private static final double MAX_MISS_RATE = 60_000;

    /** Few enough that an overloaded tail is full at once and sheds. */
    private static final Map<String, String> SMALL_QUEUE = Map.of("tail.pending.max.queries", "2000");

    private final BenchContext context;
    private final Systems systems;

    LatencyScenarios(BenchContext context, Systems systems) {
        this.context = context;
        this.systems = systems;
    }

    /**
     * 98 % hits, under both guarantees and several commit intervals, and hits only through a pass-through, whose
     * latency is the floor.
     *
     * @param drained the rate that Tagweir drains; half of it is measured too, but not in a quick run
     */
    void latency(DoubleSupplier drained) {
        var atLeastOnce = Tuning.LATENCY;
        report(
                "latency-2000-pass-through",
                RATE,
                LoadRun.steady(context, systems.avroPassThrough(), atLeastOnce, RATE, 0),
                null,
                null);
        report(atLeastOnce, RATE, "2000", atMost(1.5), atMost(8));
        // An answer is visible only once it is committed, so the interval decides the latency.
        for (int commit : context.scale().quick() ? new int[] {10} : new int[] {100, 25, 10}) {
            report(Tuning.latency(true, commit), RATE, "2000", null, null);
        }
        if (!context.scale().quick()) {
            report(atLeastOnce, drained.getAsDouble() / 2, "half-drained", null, null);
        }
    }

    private void report(Tuning tuning, double rate, String rateName, @Nullable Target p50, @Nullable Target p99) {
        String name = "latency-%s-%s-%dms"
                .formatted(rateName, tuning.exactlyOnce() ? "exactly-once" : "at-least-once", tuning.commitMillis());
        var windows = LoadRun.steady(context, systems.small(), tuning, rate * (1 - MISS_SHARE), rate * MISS_SHARE);
        report(name, rate, windows, p50, p99);
        context.report()
                .add(
                        name,
                        "tail_p50_ms",
                        sample(windows, window -> window.tail().p50()));
        context.report()
                .add(
                        name,
                        "tail_p99_ms",
                        sample(windows, window -> window.tail().p99()));
        context.report()
                .add(
                        name,
                        "tail_p999_ms",
                        sample(windows, window -> window.tail().p999()));
    }

    private void report(
            String name, double rate, List<AnswerCounts> windows, @Nullable Target p50, @Nullable Target p99) {
        context.report().add(name, "sent_per_s", rate);
        context.report()
                .add(
                        name,
                        "head_p50_ms",
                        sample(windows, window -> window.head().p50()),
                        p50);
        context.report().add(name, "head_p99_ms", p99(windows), p99);
        context.report()
                .add(
                        name,
                        "head_p999_ms",
                        sample(windows, window -> window.head().p999()));
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
        var hits = LoadRun.steady(context, system, Tuning.LATENCY, ISOLATION_HIT_RATE + missRate, 0);
        var idle = LoadRun.steady(context, system, Tuning.LATENCY, ISOLATION_HIT_RATE, 0);
        var overloaded = LoadRun.steady(context, system, Tuning.LATENCY, ISOLATION_HIT_RATE, missRate);
        var report = context.report();
        reportHead("isolation-idle", idle);
        reportHead("isolation-hits", hits);
        reportHead("isolation-overloaded", overloaded);
        double student = overloaded.stream()
                .mapToInt(window -> window.from(Source.STUDENT))
                .sum();
        double shed =
                overloaded.stream().mapToInt(window -> window.from(Source.SHED)).sum();
        report.add("isolation-overloaded", "offered_misses_per_s", missRate);
        report.add("isolation-overloaded", "shed_share", shed / (shed + student));
        report.ratio("isolation, head p99", p99(overloaded).over(p99(idle)), atMost(1.5));
        report.ratio("isolation, head p99 / with as many hits", p99(overloaded).over(p99(hits)), null);
    }

    private void reportHead(String name, List<AnswerCounts> windows) {
        context.report()
                .add(
                        name,
                        "head_p50_ms",
                        sample(windows, window -> window.head().p50()));
        context.report().add(name, "head_p99_ms", p99(windows));
    }

    static Sample p99(List<AnswerCounts> windows) {
        return sample(windows, window -> window.head().p99());
    }
}
