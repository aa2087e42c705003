package io.tagweir.app.bench;

import static io.tagweir.bench.Target.atLeast;

import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.bench.RecordWriter;
import io.tagweir.bench.TopicConsumer;
import io.tagweir.head.HeadTasks;
import io.tagweir.local.Directories;
import io.tagweir.topology.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

/** How fast snapshots are restored and published. Owned by one thread. */
final class SnapshotScenarios {

    private static final Duration POLL = Duration.ofMillis(100);

    private final BenchContext context;
    private final BenchCluster cluster;
    private final Systems systems;
    private int published;

    SnapshotScenarios(BenchContext context, Systems systems) {
        this.context = context;
        this.cluster = context.cluster();
        this.systems = systems;
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
        try (var consumer = TopicConsumer.open(cluster.clientConfig(), false, changelog)) {
            var ends = consumer.endOffsets(consumer.assignment());
            var time = new Stopwatch();
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                consumer.poll(POLL);
            }
            return time.figures(rows);
        }
    }

    private Map<String, Double> restore(SystemUnderTest system, long rows) {
        Directories.delete(system.stateDir());
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
    private static int rows(BenchContext context) {
        return context.pick(1_000_000, 50_000);
    }

    private Map<String, Double> produce() {
        int rows = rows(context);
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
            publish(context, system, "bench-published");
            double seconds = time.seconds();
            watch.await(system.group(), "bench-published");
            figures = time.figures(rows(context));
            figures.put("publisher_s", seconds);
            figures.put("verified_s", time.seconds());
        }
        Directories.delete(system.stateDir());
        var topics = system.settings().topics();
        cluster.delete(topics.name(Topic.HEAD_TAGS), topics.name(Topic.HEAD_SNAPSHOTS));
        return figures;
    }

    /** Publishes a snapshot of {@link #rows}. */
    static void publish(BenchContext context, SystemUnderTest system, String snapshot) {
        try (var publisher = SnapshotTopics.publisher(system.settings())) {
            var now = context.clock().instant();
            var rows = IntStream.range(0, rows(context)).mapToObj(i -> HeadWriter.row(i, now));
            publisher.publish(snapshot, "bench", rows.iterator(), sent -> {});
        }
    }
}
