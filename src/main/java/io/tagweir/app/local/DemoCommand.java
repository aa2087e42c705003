package io.tagweir.app.local;

import io.tagweir.app.command.Await;
import io.tagweir.app.command.Home;
import io.tagweir.app.command.StopSignals;
import io.tagweir.app.run.Application;
import io.tagweir.app.snapshot.SnapshotCommand;
import io.tagweir.bench.AnswerConsumer;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.KeyMix;
import io.tagweir.bench.LoadGenerator;
import io.tagweir.bench.ProcessMemory;
import io.tagweir.bench.RateProfile;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.reason.RefusedException;
import io.tagweir.topology.Topic;
import java.io.PrintWriter;
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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./tagweir demo}: the whole system in one process. It starts a broker and a registry, publishes the head as a
 * snapshot, and sends traffic through the real topology and student, as any producer and consumer would.
 */
@Command(
        name = "demo",
        description = "Tags sample queries through a real broker, the real topology and the real student.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class DemoCommand implements Callable<Integer> {

    private static final String SNAPSHOT = "demo-1";
    private static final int WARM_UP_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Queries a second while the demo stays up: enough for the medians that the console shows. */
    private static final int BACKGROUND_RATE = 50;

    /** It is not in the sample head, so the student answers it. */
    private static final String QUERY = "red waterproof running shoes for men size 10";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--head",
            paramLabel = "JSONL",
            description = "Head rows, most popular first; - is standard input. Default: the sample.")
    private @Nullable Path headFile;

    @Option(
            names = "--tail",
            paramLabel = "FILE",
            description = "Tail queries, one on each line; - is standard input. Default: the sample.")
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

    private volatile boolean ended;
    private volatile boolean stopped;
    private volatile @Nullable DemoProgress shown;

    @Override
    public Integer call() throws Exception {
        if (queries < 1 || rate < 1) {
            throw new RefusedException("--queries and --rate must be at least 1");
        }
        var clock = Clock.systemUTC();
        var sample = Home.directory().resolve(Path.of("src", "main", "sample"));
        var data = DemoQueries.read(
                headFile == null ? sample.resolve("head.jsonl") : headFile,
                tailFile == null ? sample.resolve("tail.txt") : tailFile,
                clock);
        try (var system = DemoSystem.start(ports, !once, clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(system), "stop-demo"));
            if (!once) {
                invite(system);
            }
            publish(system.application(), data, clock);
            return tag(system, data, clock);
        } catch (Exception failed) {
            if (stopped) {
                return CommandLine.ExitCode.SOFTWARE; // The JVM is exiting, and its exit code is the signal's.
            }
            throw failed;
        } finally {
            ended = true;
        }
    }

    /** Run as the JVM exits. After a signal it reports how far the demo got, and leaves nothing behind. */
    private void stop(DemoSystem system) {
        if (!ended) {
            stopped = true;
            var progress = shown;
            if (progress != null) {
                progress.close();
            }
            var err = spec.commandLine().getErr();
            err.println("tagweir: stopped before the end: "
                    + (progress == null ? "no query was sent" : progress.answered())
                    + "; the broker, the registry and their data are removed");
            err.flush();
        }
        system.close();
    }

    /** Prints where to watch the demo and how to send it a query. */
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
                        && !application.snapshots().records().isEmpty());
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
            var load = new LoadGenerator(
                    producer,
                    queryEvents,
                    topics.name(Topic.QUERIES),
                    clock,
                    RateProfile.steady(rate, queries),
                    KeyMix.MIXED);
            var counter = new AnswerCounter(queries, warmUp(), load::dueNanos);
            DemoReport result;
            try (var consumer = new AnswerConsumer(
                    counter,
                    config,
                    topics.name(Topic.TAGGED_QUERIES),
                    topics.name(Topic.DEAD_LETTERS),
                    serdes.value(Topic.TAGGED_QUERIES).deserializer(),
                    serdes.value(Topic.QUERIES).deserializer())) {
                try (var progress = new DemoProgress(out(), queries, counter)) {
                    shown = progress;
                    var texts = data.traffic(seed);
                    load.run(number -> LoadGenerator.query(number, texts.apply(number)));
                    consumer.await(PATIENCE);
                }
                result = result(application, counter);
            }
            result.print(out());
            if (report != null) {
                Files.writeString(report, result.json().toPrettyString() + System.lineSeparator());
            }
            if (!once) {
                int backgroundRate = Math.min(rate, BACKGROUND_RATE);
                ended = true;
                StopSignals.handle(application::askToStop);
                out().println();
                invite(system);
                out().println("the demo goes on with " + backgroundRate + " queries a second until Ctrl-C");
                out().flush();
                try (var background = new DemoBackgroundLoad(
                        producer, queryEvents, topics.name(Topic.QUERIES), backgroundRate, data.traffic(seed + 1))) {
                    if (application.awaitStop().isPresent()) {
                        return 1;
                    }
                }
            }
            return result.clean() ? 0 : 1;
        }
    }

    /** A JVM is slow in its first seconds, which are not representative. */
    private int warmUp() {
        return Math.min(queries / 4, WARM_UP_SECONDS * rate);
    }

    private DemoReport result(Application application, AnswerCounter counter) {
        var counts = counter.counts();
        int missing = counter.missing();
        int pending =
                Math.min(missing, application.tail().map(tail -> tail.pending()).orElse(0));
        long sinceStart = ManagementFactory.getRuntimeMXBean().getUptime();
        double first = sinceStart / 1e3 - (System.nanoTime() - counter.firstAnswer()) / 1e9;
        return new DemoReport(queries, warmUp(), counts, pending, first, ProcessMemory.peakResidentMb());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
