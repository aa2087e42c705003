package io.tagweir.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a query notices of a publish, of an activation and of a rollback: the head's latency at a steady rate of hits
 * with nothing else going on, while a snapshot is published and verified, and across switches there and back.
 *
 * <p>Alone: {@code ./tagweir bench switch}. The publisher runs in this process, beside application, sender, reader and
 * broker, all on this machine. A window with a switch is compared with the one before it. That its slowest query is not
 * slower than the 99.9th percentile before asks for more than nothing to happen, as one query in a thousand is slower
 * anyway; so it is compared with the slowest before, too.
 *
 * @param application answers from {@code first}, which holds {@code headRows} rows
 * @param publish publishes {@code second}, which holds those rows and more
 * @param activate makes a snapshot answer from an event time on, soon
 * @param tallies reads them from now on
 * @param rollback returns to {@code first} for good
 */
public record SwitchScenario(
        Course course,
        Contender application,
        int headRows,
        String first,
        String second,
        Runnable publish,
        Consumer<String> activate,
        Runnable rollback,
        Supplier<VerifiedTallies> tallies) {

    private static final int RATE = 2_000;
    private static final Tuning TUNING = Tuning.latency(false, 100);

    /** Long enough for a switch that is some seconds ahead to fall into the window. */
    private static final Duration SWITCH = Duration.ofSeconds(5);

    /** What the idle windows are to show is the head once it is compiled, which on two cores takes half a minute. */
    private static final int WARM_UP = 4;

    private static final int IDLE_WINDOWS = 3;
    private static final String IDLE = "switch-idle";
    private static final String PUBLISHING = "switch-publishing";
    private static final String SWITCHING = "switch-switching";

    public void run() {
        try (var live = LiveLoad.start(course, application, TUNING, RATE, Traffic.hits(headRows))) {
            live.window(course.scale().warmUp().multipliedBy(WARM_UP));
            var idle = new ArrayList<Counts>();
            for (int i = 0; i < IDLE_WINDOWS; i++) {
                idle.add(live.window(course.scale().window()));
            }
            var publishing = new ArrayList<Counts>();
            try (var watch = tallies.get()) {
                var published = CompletableFuture.runAsync(() -> {
                    publish.run();
                    watch.await(application.group(), second);
                });
                do {
                    publishing.add(live.window(course.scale().window()));
                } while (!published.isDone());
                published.join();
            }
            report(IDLE, idle);
            report(PUBLISHING, publishing);
            course.report()
                    .ratio(
                            "publish, head p99 / idle",
                            Sample.of(p99(publishing).median() / p99(idle).median()),
                            Aim.atMost(2));
            switches(live);
        }
    }

    private void switches(LiveLoad live) {
        var before = new ArrayList<Counts>();
        var across = new ArrayList<Counts>();
        Runnable there = () -> activate.accept(second);
        Runnable back = () -> activate.accept(first);
        for (var step : course.scale().thorough() ? List.of(there, back, there, rollback) : List.of(there, rollback)) {
            before.add(live.window(SWITCH));
            var done = CompletableFuture.runAsync(step);
            var counts = live.window(SWITCH);
            done.join();
            if (counts.bySnapshot().size() != 2) {
                throw new IllegalStateException(
                        "no switch fell into the window: it was answered from " + counts.bySnapshot());
            }
            across.add(counts);
        }
        report(SWITCHING, across);
        var slowest = slowest(across);
        var p999 =
                new Sample(before.stream().map(window -> window.head().p999()).toList());
        course.report().ratio("switch, slowest / p99.9 before", slowest.over(p999), Aim.atMost(1));
        course.report().ratio("switch, slowest / slowest before", slowest.over(slowest(before)), null);
    }

    private void report(String name, List<Counts> windows) {
        course.report()
                .add(
                        name,
                        "head_p50_ms",
                        new Sample(windows.stream()
                                .map(window -> window.head().p50())
                                .toList()));
        course.report().add(name, "head_p99_ms", p99(windows));
        course.report()
                .add(
                        name,
                        "head_p999_ms",
                        new Sample(windows.stream()
                                .map(window -> window.head().p999())
                                .toList()));
        course.report().add(name, "head_max_ms", slowest(windows));
        course.say("%-20s head p99 %.2f ms".formatted(name, p99(windows).median()));
    }

    private static Sample p99(List<Counts> windows) {
        return new Sample(windows.stream().map(window -> window.head().p99()).toList());
    }

    private static Sample slowest(List<Counts> windows) {
        return new Sample(windows.stream().map(window -> window.head().max()).toList());
    }
}
