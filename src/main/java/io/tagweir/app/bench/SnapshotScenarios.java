package io.tagweir.app.bench;

import static io.tagweir.app.bench.LatencyScenarios.p99;
import static io.tagweir.app.bench.LoadRun.sample;
import static io.tagweir.bench.Target.atLeast;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.app.Directories;
import io.tagweir.app.SnapshotTopics;
import io.tagweir.bench.AnswerConsumer;
import io.tagweir.bench.AnswerCounts;
import io.tagweir.bench.RecordWriter;
import io.tagweir.bench.Report;
import io.tagweir.bench.Sample;
import io.tagweir.head.HeadTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Snapshots that are restored, published and switched. Owned by one thread. */
final class SnapshotScenarios {

    private static final Duration POLL = Duration.ofMillis(100);

    private static final int RATE = 2_000;

    /** Long enough that a switch some seconds ahead falls into the window. */
    private static final Duration SWITCH_WINDOW = Duration.ofSeconds(5);

    /** The idle windows need a compiled head, which takes half a minute on two cores. */
    private static final int WARM_UP_FACTOR = 4;

    private final BenchContext context;
    private final BenchCluster cluster;
    private final Systems systems;
    private final Report report;
    private int published;

    SnapshotScenarios(BenchContext context, Systems systems) {
        this.context = context;
        this.cluster = context.cluster();
        this.systems = systems;
        this.report = context.report();
    }

    /**
     * Rows per second from the start of an application without its state directory until it answers, next to a bare
     * consumer of the same changelog. To join the group and to open the stores is included.
     */
    void restore() {
        var system = systems.tagweir(context.largeHead());
        String changelog = system.group() + "-" + HeadTasks.ROWS + "-changelog";
        long rows = cluster.end(changelog);
        String name = "restore-" + system.name();
        var rounds = new Rounds(context)
                .add("changelog-consumer", () -> consume(changelog, rows))
                .add(name, () -> restore(system, rows));
        rounds.run();
        rounds.ratio(name, "changelog-consumer", null);
    }

    private Map<String, Double> consume(String changelog, long rows) {
        try (var consumer = AnswerConsumer.open(cluster.clientConfig(), false, changelog)) {
            var ends = consumer.endOffsets(consumer.assignment());
            var time = new Stopwatch();
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                consumer.poll(POLL);
            }
            return time.figures(rows);
        }
    }

    private Map<String, Double> restore(SystemUnderTest system, long rows) {
        deleteState(system);
        String queries = cluster.createNew("no-queries");
        String answers = cluster.createNew("no-answers");
        var time = new Stopwatch();
        try (var running = system.start(queries, answers, SystemUnderTest.DRAIN)) {
            var figures = time.figures(rows);
            figures.put("seconds", time.seconds());
            return figures;
        }
    }

    /**
     * Rows per second from the first row until every partition of an otherwise idle application has verified the
     * snapshot, next to a bare producer that writes the same bytes. Each round has an application with an empty head.
     * The publisher's time includes making the rows; the bare producer repeats a block of them that was made before.
     */
    void publish() {
        var rounds = new Rounds(context).add("bare-producer", this::produce).add("publish", this::publishToVerified);
        rounds.run();
        rounds.ratios("publish", "bare-producer", atLeast(0.5));
    }

    /** Rows of a published snapshot. */
    private int rows() {
        return context.pick(1_000_000, 50_000);
    }

    private Map<String, Double> produce() {
        int rows = rows();
        String topic = cluster.createNew("bare");
        var records = new HeadWriter(context, context.settings().topics()).records(topic, rows / 20);
        Map<String, Double> figures;
        try (var producer = cluster.producer(true)) {
            var writer = new RecordWriter(producer);
            var time = new Stopwatch();
            for (int i = 0; i < rows; i++) {
                writer.send(records.get(i % records.size()));
            }
            writer.flush();
            figures = time.figures(rows);
        }
        cluster.delete(topic);
        return figures;
    }

    private Map<String, Double> publishToVerified() {
        var system = systems.empty("published-" + published++);
        Map<String, Double> figures;
        try (var running = context.idle(system);
                var watch = new VerificationWatch(context)) {
            var time = new Stopwatch();
            publish(system, "bench-published");
            double seconds = time.seconds();
            watch.await(system.group(), "bench-published");
            figures = time.figures(rows());
            figures.put("publisher_s", seconds);
            figures.put("verified_s", time.seconds());
        }
        deleteState(system);
        var topics = system.settings().topics();
        cluster.delete(topics.headTags(), topics.headSnapshots());
        return figures;
    }

    private void publish(SystemUnderTest system, String snapshot) {
        try (var publisher = SnapshotTopics.publisher(system.settings())) {
            var now = context.clock().instant();
            var rows = IntStream.range(0, rows()).mapToObj(i -> HeadWriter.row(i, now));
            publisher.publish(snapshot, "bench", rows.iterator(), sent -> {});
        }
    }

    private static void deleteState(SystemUnderTest system) {
        try {
            Directories.delete(system.stateDir());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Head latency at a steady rate of hits: with nothing else going on, while a snapshot is published and verified,
     * and across activations and a rollback. Each window with a switch is compared with the one before it.
     */
    void switches() {
        var system = systems.loaded("switched", BenchContext.SMALL_HEAD);
        try (var load = new LoadRun(context, system, SystemUnderTest.LATENCY)) {
            load.window(RATE, 0, context.warmUp().multipliedBy(WARM_UP_FACTOR));
            var idle = load.windows(RATE, 0);
            var publishing = new ArrayList<AnswerCounts>();
            try (var watch = new VerificationWatch(context)) {
                var done = CompletableFuture.runAsync(() -> {
                    publish(system, "bench-2");
                    watch.await(system.group(), "bench-2");
                });
                do {
                    publishing.add(load.window(RATE, 0, context.window()));
                } while (!done.isDone());
                done.join();
            }
            report("switch-idle", idle);
            report("switch-publishing", publishing);
            report.ratio(
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
        report.ratio("switch, slowest / p99.9 before", slowest(across).over(sample(before, "head_p999_ms")), atMost(1));
        report.ratio("switch, slowest / slowest before", slowest(across).over(slowest(before)), null);
    }

    private void activate(SystemUnderTest system, String snapshot) {
        try (var publisher = SnapshotTopics.publisher(system.settings())) {
            var from = context.clock()
                    .instant()
                    .plus(context.settings().snapshots().lead());
            publisher.activate(snapshot, from);
        }
    }

    private void report(String name, List<AnswerCounts> windows) {
        LoadRun.report(report, name, windows, "head_p50_ms", "head_p99_ms", "head_p999_ms", "head_max_ms");
        context.say("%-20s head p99 %.2f ms".formatted(name, p99(windows).median()));
    }

    private static Sample slowest(List<AnswerCounts> windows) {
        return sample(windows, "head_max_ms");
    }
}
