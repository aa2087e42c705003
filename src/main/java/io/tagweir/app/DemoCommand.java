package io.tagweir.app;

import io.tagweir.bench.AnswerTally;
import io.tagweir.bench.OpenLoop;
import io.tagweir.bench.Resident;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    /**
     * Queries a second that still come while the demo stays up: enough for the medians of the console's last seconds.
     */
    private static final int TRICKLE = 50;

    /** One that the sample head does not hold: the student answers it. */
    private static final String QUERY = "red waterproof running shoes for men size 10";

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

    @Mixin
    private LocalPorts ports = new LocalPorts();

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
        try (var system = DemoSystem.start(ports, !once, clock)) {
            // Interrupted, the demo leaves nothing behind either.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(system), "close-demo"));
            if (!once) {
                invite(system);
            }
            publish(system.application(), data, clock);
            return tag(system, data, clock);
        }
    }

    private static void close(DemoSystem system) {
        try {
            system.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it can be watched, and how to ask it something. */
    private void invite(DemoSystem system) {
        out().println("console: " + system.consoleUrl());
        out().println("ask it:  " + system.queryCommand(QUERY));
        out().flush();
    }

    private void publish(Application application, DemoQueries data, Clock clock) {
        long rows;
        try (var publisher = SnapshotCommand.publisher(application.settings())) {
            var published = publisher.publish(SNAPSHOT, "demo", data.head().iterator(), count -> {});
            publisher.activate(SNAPSHOT, clock.instant());
            rows = published.snapshot().getRows();
        }
        out().printf(
                        "head: %d rows published as snapshot %s; tail: %d queries%n",
                        rows, SNAPSHOT, data.tail().size());
        Await.until(
                "the head table to be loaded",
                Duration.ofMinutes(2),
                () -> application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED) >= rows
                        && !application.snapshots().snapshots().isEmpty());
    }

    private int tag(DemoSystem system, DemoQueries data, Clock clock) throws Exception {
        var application = system.application();
        var settings = application.settings();
        var topics = settings.topics();
        var serdes = settings.serdes();
        var config = settings.clientConfig();
        var eager = new HashMap<>(config);
        eager.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        try (var producer = new KafkaProducer<>(eager, new ByteArraySerializer(), new ByteArraySerializer())) {
            var queryEvents = serdes.value(Topic.QUERIES).serializer();
            var load = new OpenLoop(producer, queryEvents, topics.name(Topic.QUERIES), clock, queries);
            DemoReport result;
            try (var tally = new AnswerTally(
                    load,
                    warmUp(),
                    config,
                    topics.name(Topic.TAGGED_QUERIES),
                    topics.name(Topic.DEAD_LETTERS),
                    serdes.value(Topic.TAGGED_QUERIES).deserializer(),
                    serdes.value(Topic.QUERIES).deserializer())) {
                try (var progress = new DemoProgress(out(), load, tally)) {
                    load.run(rate, data.traffic(seed));
                    tally.await(PATIENCE);
                }
                result = result(application, tally);
            }
            result.print(out());
            if (report != null) {
                Files.writeString(report, result.json().toPrettyString() + System.lineSeparator());
            }
            if (!once) {
                int trickle = Math.min(rate, TRICKLE);
                StopSignals.handle(application::askToStop);
                out().println();
                invite(system);
                out().println("the demo goes on with " + trickle + " queries a second until Ctrl-C");
                out().flush();
                try (var going = new DemoTrickle(
                        producer, queryEvents, topics.name(Topic.QUERIES), trickle, data.traffic(seed + 1))) {
                    if (application.awaitStop().isPresent()) {
                        return 1;
                    }
                }
            }
            return result.clean() ? 0 : 1;
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
