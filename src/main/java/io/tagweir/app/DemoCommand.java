package io.tagweir.app;

import io.tagweir.bench.AnswerTally;
import io.tagweir.bench.OpenLoop;
import io.tagweir.bench.Resident;
import io.tagweir.console.Console;
import io.tagweir.local.CannotStart;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.Meters;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./tagweir demo}: the whole system in one process. A broker and a registry are started, the head is published
 * as a snapshot, and traffic is sent through the real topology and the real student, as any producer and consumer
 * would.
 */
@Command(
        name = "demo",
        description = "Tags sample queries through a real broker, the real topology and the real student.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class DemoCommand implements Callable<Integer> {

    private static final String SNAPSHOT = "demo-1";
    private static final int WARM_UP_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--head",
            paramLabel = "JSONL",
            description = "Head rows, most popular first; - is standard input. The sample if not given.")
    private @Nullable Path headFile;

    @Option(
            names = "--tail",
            paramLabel = "FILE",
            description = "Tail queries, a line each; - is standard input. The sample if not given.")
    private @Nullable Path tailFile;

    @Option(names = "--queries", paramLabel = "N", description = "Queries to send.")
    private int queries = 20_000;

    @Option(names = "--rate", paramLabel = "N", description = "Queries a second.")
    private int rate = 2_000;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the traffic.")
    private long seed = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path report;

    @Option(names = "--once", description = "Ends after the summary instead of staying up with the console.")
    private boolean once;

    @Override
    public Integer call() throws Exception {
        if (queries < 1 || rate < 1) {
            throw new Refusal("--queries and --rate are at least 1");
        }
        var clock = Clock.systemUTC();
        var sample = Home.directory().resolve(Path.of("src", "main", "sample"));
        var data = DemoQueries.read(
                headFile == null ? sample.resolve("head.jsonl") : headFile,
                tailFile == null ? sample.resolve("tail.txt") : tailFile,
                clock);
        var dir = Files.createTempDirectory("tagweir-demo");
        try (var cluster = start()) {
            var settings = Settings.of(Map.of(
                    AppSettings.BOOTSTRAP_SERVERS,
                    cluster.bootstrapServers(),
                    "schema.registry.url",
                    cluster.registryUrl(),
                    AppSettings.STATE_DIR,
                    dir.toString()));
            LocalTopics.create(cluster, settings.topics(), settings.app().newPartitions());
            long rows = publish(settings, data);
            try (var application = Application.start(settings, false, clock)) {
                return tag(application, data, rows, clock);
            }
        } finally {
            Directories.delete(dir);
        }
    }

    private static LocalCluster start() {
        try {
            return LocalCluster.start(LocalCluster.Options.throwaway());
        } catch (CannotStart e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    private long publish(Settings settings, DemoQueries data) {
        try (var publisher = SnapshotCommand.publisher(settings)) {
            var published = publisher.publish(SNAPSHOT, "demo", data.head().iterator(), count -> {});
            publisher.activate(SNAPSHOT, Clock.systemUTC().instant());
            long rows = published.snapshot().getRows();
            out().printf(
                            "head: %d rows published as snapshot %s; tail: %d queries%n",
                            rows, SNAPSHOT, data.tail().size());
            return rows;
        }
    }

    private int tag(Application application, DemoQueries data, long rows, Clock clock) throws Exception {
        var settings = application.settings();
        Await.until(
                "the head table to be loaded",
                Duration.ofMinutes(2),
                () -> application.meters().total(Meters.Name.HEAD_ROWS, "stored") >= rows
                        && !application.snapshots().snapshots().isEmpty());
        var serdes = ConfiguredSerdes.of(settings);
        var config = settings.clientConfig();
        var eager = new HashMap<>(config);
        eager.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        try (var producer = new KafkaProducer<>(eager, new ByteArraySerializer(), new ByteArraySerializer())) {
            var load = new OpenLoop(
                    producer, serdes.queries().serializer(), settings.topics().queries(), clock, queries);
            try (var tally = new AnswerTally(
                    load,
                    warmUp(),
                    config,
                    settings.topics().taggedQueries(),
                    settings.topics().deadLetters(),
                    serdes.tagged().deserializer(),
                    serdes.queries().deserializer())) {
                try (var progress = new DemoProgress(out(), load, tally)) {
                    load.run(rate, data.traffic(seed));
                    tally.await(PATIENCE);
                }
                var result = result(application, tally);
                result.print(out());
                if (report != null) {
                    Files.writeString(report, result.json().toPrettyString() + System.lineSeparator());
                }
                if (!once) {
                    stay(application, clock);
                }
                return result.clean() ? 0 : 1;
            }
        }
    }

    /** A JVM that has just started is slow for some seconds, which says nothing of how it runs. */
    private int warmUp() {
        return Math.min(queries / 4, WARM_UP_SECONDS * rate);
    }

    private DemoReport result(Application application, AnswerTally tally) {
        var counts = tally.counts();
        int missing = queries - counts.answered() - counts.deadLetters();
        int pending =
                Math.min(missing, application.tail().map(tail -> tail.pending()).orElse(0));
        long sinceStart = ManagementFactory.getRuntimeMXBean().getUptime();
        double first = sinceStart / 1e3 - (System.nanoTime() - tally.firstAnswer()) / 1e9;
        return new DemoReport(queries, warmUp(), counts, pending, first, Resident.peakMb());
    }

    private void stay(Application application, Clock clock) throws InterruptedException, IOException {
        try (var console = Console.start(
                new InetSocketAddress("127.0.0.1", application.settings().app().consolePort()),
                ConsoleViews.of(application, clock))) {
            out().println("console: http://127.0.0.1:" + console.port() + "; brokers "
                    + application.settings().app().bootstrapServers() + ", registry "
                    + application.settings().wire().get("schema.registry.url") + "; stop with Ctrl-C");
            out().flush();
            application.awaitStop();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
