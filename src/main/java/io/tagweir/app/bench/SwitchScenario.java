package io.tagweir.app.bench;

import static io.tagweir.app.bench.LatencyScenarios.p99;
import static io.tagweir.app.bench.LoadRun.sample;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.bench.AnswerCounts;
import io.tagweir.bench.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Head latency at a steady rate of hits: with nothing else going on, while a snapshot is published and verified, and
 * across activations and a rollback. Each window with a switch is compared with the one before it.
 */
record SwitchScenario(BenchContext context, Systems systems) {

    private static final int RATE = 2_000;

    /** Long enough that a switch some seconds ahead falls into the window. */
    private static final Duration SWITCH_WINDOW = Duration.ofSeconds(5);

    /** The idle windows need a compiled head, which takes half a minute on two cores. */
    private static final int WARM_UP_FACTOR = 4;

    void run() {
        var system = systems.loaded("switched", BenchContext.SMALL_HEAD);
        try (var load = new LoadRun(context, system, SystemUnderTest.LATENCY)) {
            load.window(RATE, 0, context.warmUp().multipliedBy(WARM_UP_FACTOR));
            var idle = load.windows(RATE, 0);
            var publishing = new ArrayList<AnswerCounts>();
            try (var watch = new VerificationWatch(context)) {
                var done = CompletableFuture.runAsync(() -> {
                    SnapshotScenarios.publish(context, system, "bench-2");
                    watch.await(system.group(), "bench-2");
                });
                do {
                    publishing.add(load.window(RATE, 0, context.window()));
                } while (!done.isDone());
                done.join();
            }
            report("switch-idle", idle);
            report("switch-publishing", publishing);
            context.report()
                    .ratio(
                            "publish, head p99 / idle",
                            Sample.of(p99(publishing).median() / p99(idle).median()),
                            atMost(2));
            switches(system, load);
        }
    }

    private void switches(SystemUnderTest system, LoadRun load) {
        var before = new ArrayList<AnswerCounts>();
        var across = new ArrayList<AnswerCounts>();
        var there = List.of("bench-2", HeadWriter.SNAPSHOT);
        var snapshots = new ArrayList<>(there);
        if (!context.quick()) {
            snapshots.addAll(there);
        }
        for (var snapshot : snapshots) {
            before.add(load.window(RATE, 0, SWITCH_WINDOW));
            var done = CompletableFuture.runAsync(() -> activate(system, snapshot));
            var window = load.window(RATE, 0, SWITCH_WINDOW);
            done.join();
            if (window.bySnapshot().size() != 2) {
                throw new IllegalStateException(
                        "no switch fell into the window; answers by snapshot: " + window.bySnapshot());
            }
            across.add(window);
        }
        report("switch-switching", across);
        // One query in a thousand exceeds the 99.9th percentile anyway, so the slowest before is compared too.
        context.report()
                .ratio(
                        "switch, slowest / p99.9 before",
                        slowest(across).over(sample(before, "head_p999_ms")),
                        atMost(1));
        context.report()
                .ratio("switch, slowest / slowest before", slowest(across).over(slowest(before)), null);
    }

    private void activate(SystemUnderTest system, String snapshot) {
        try (var publisher = SnapshotTopics.publisher(system.settings())) {
            var from = context.clock().instant().plus(context.settings().app().activationLead());
            publisher.activate(snapshot, from);
        }
    }

    private void report(String name, List<AnswerCounts> windows) {
        LoadRun.report(context.report(), name, windows, "head_p50_ms", "head_p99_ms", "head_p999_ms", "head_max_ms");
        context.say("%-20s head p99 %.2f ms".formatted(name, p99(windows).median()));
    }

    private static Sample slowest(List<AnswerCounts> windows) {
        return sample(windows, "head_max_ms");
    }
}
