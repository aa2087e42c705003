package io.tagweir.app;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Miss;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.Vocabulary;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.Meters;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.snapshot.SnapshotCatalog;
import io.tagweir.student.Device;
import io.tagweir.student.Student;
import io.tagweir.tail.Tail;
import io.tagweir.tail.Vocabularies;
import io.tagweir.topology.AvroSerdes;
import io.tagweir.topology.RocksDbBudget;
import io.tagweir.topology.TaggingTopology;
import io.tagweir.wire.WireSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running application: one Kafka Streams instance of one role, with its student, its meters and its memory budget.
 *
 * <p>Stops itself where going on could lose or mix queries; {@link #awaitStop} tells why. Thread-safe.
 */
public final class Application implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Application.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Settings settings;
    private final PrometheusMeterRegistry registry;
    private final Meters meters;
    private final RocksDbBudget budget;
    private final SnapshotCatalog snapshots;
    private final Vocabularies vocabularies = new Vocabularies();
    private final HeadTasks tasks;
    private final @Nullable Swaps swaps;
    private final @Nullable Tail tail;
    private final KafkaStreams streams;
    private final List<Student> owned = new ArrayList<>();
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Application(
            Settings settings,
            int partitions,
            @Nullable Student student,
            @Nullable Student larger,
            Function<Path, Student> models,
            InstantSource clock) {
        this.settings = settings;
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters = new Meters(registry);
        budget = new RocksDbBudget(settings.app().rocksDbBytes());
        meters.gauge(Meters.Name.ROCKSDB_BYTES, budget::bytes);
        snapshots = new SnapshotCatalog();
        tasks = new HeadTasks(
                settings.head(), Math.max(1, partitions), settings.app().exactlyOnce());
        if (settings.app().role().runsHead()) {
            meters.gauge(Meters.Name.HEAD_PARTITIONS, tasks::size);
            meters.gauge(Meters.Name.HEAD_HELD, tasks::held);
            meters.gauge(Meters.Name.HEAD_PRIMED, () -> primed(clock.instant()));
        }
        var config = StreamsConfiguration.of(settings, meters, budget);
        var instance = String.valueOf(config.get(StreamsConfig.CLIENT_ID_CONFIG));
        swaps = student == null ? null : Swaps.of(settings, student, models, instance, clock, meters);
        tail = swaps == null
                ? null
                : new Tail(
                        settings.tail(),
                        swaps.roster(),
                        larger,
                        settings.snapshots().taxonomy(),
                        vocabularies,
                        settings.student().decoding(),
                        Math.max(1, partitions),
                        meters);
        var topology = new TaggingTopology(
                settings.app().role(),
                settings.topics(),
                Math.max(1, partitions),
                serdes(settings),
                settings.head(),
                tasks,
                settings.snapshots().taxonomy(),
                snapshots,
                vocabularies,
                swaps == null ? new StudentCatalog("") : swaps.catalog(),
                () -> Optional.ofNullable(tail)
                        .orElseThrow(() -> new IllegalStateException("the role head has no student")),
                settings.app().exactlyOnce(),
                clock,
                meters);
        try {
            streams = streams(
                    topology.build(),
                    config,
                    new PausingClients(heldBack(settings), tasks::isFull),
                    settings.app().stateDir());
        } catch (RuntimeException failed) {
            release();
            throw failed;
        }
        streams.setUncaughtExceptionHandler(this::stopOn);
        streams.setStateListener((now, before) -> {
            if (now == State.RUNNING) {
                running.countDown();
            }
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                running.countDown();
                stopped.countDown();
            }
        });
    }

    /**
     * Checks everything, then starts.
     *
     * @param createTopics whether missing topics are created first
     * @throws Refusal with every problem found
     */
    public static Application start(Settings settings, boolean createTopics, InstantSource clock) {
        var checks = new StartChecks(settings);
        checks.registry();
        checks.topics(createTopics);
        boolean runsTail = settings.app().role().runsTail();
        var shapes = settings.tail().batch().shapes();
        var largerDirectory = settings.tail().cascade().largerDirectory();
        var student = runsTail ? Students.warm(settings.student(), shapes, checks.problems()) : null;
        var larger = runsTail && !largerDirectory.isEmpty()
                ? Students.warm(settings.student().withDirectory(largerDirectory), shapes, checks.problems())
                : null;
        if (!checks.problems().isEmpty()) {
            Stream.of(student, larger).filter(Objects::nonNull).forEach(Student::close);
            throw new Refusal(checks.problems());
        }
        boolean onGpu = student != null && student.device() == Device.GPU;
        var fitted = onGpu ? settings.forGpu() : settings;
        var application = new Application(fitted, checks.partitions(), student, larger, Swaps.models(fitted), clock);
        Stream.of(student, larger).filter(Objects::nonNull).forEach(application.owned::add);
        if (student != null) {
            application.meters.gauge(
                    Meters.Name.STUDENT_CPU_FALLBACK, () -> student.fallback().isPresent() ? 1 : 0);
            student.fallback().ifPresent(why -> log.warn("the student runs on the CPU: {}", why));
            log.info("student {} on {}", student.id(), onGpu ? "the GPU" : "the CPU");
        }
        application.launch();
        return application;
    }

    /** Loads the students that the control records ask for, and only then takes up any query. */
    private void launch() {
        try {
            if (swaps != null) {
                swaps.prepare();
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
        // Returns once the control records have been read whole.
        streams.start();
        if (swaps != null) {
            swaps.start();
        }
    }

    /** An application around a student of the caller's, for tests and benchmarks; without checks. */
    static Application around(Settings settings, int partitions, @Nullable Student student, InstantSource clock) {
        return around(settings, partitions, student, Swaps.models(settings), clock);
    }

    /** @param models loads the students that the control records name */
    static Application around(
            Settings settings,
            int partitions,
            @Nullable Student student,
            Function<Path, Student> models,
            InstantSource clock) {
        var application = new Application(settings, partitions, student, null, models, clock);
        application.launch();
        return application;
    }

    static AvroSerdes serdes(Settings settings) {
        var wire = new WireSerdes(settings.wire());
        return new AvroSerdes(
                wire.value(QueryEvent.class),
                wire.key(HeadKey.class),
                wire.value(HeadTags.class),
                wire.value(Snapshot.class),
                wire.value(Miss.class),
                wire.value(TaggedQuery.class),
                wire.value(HeadTally.class),
                wire.value(CatalogEvent.class),
                wire.value(HeadRequest.class),
                wire.value(Vocabulary.class),
                wire.value(StudentRelease.class),
                wire.value(StudentReport.class));
    }

    /** The topics whose partitions wait while the head holds as many of their queries as it may. */
    private static Set<String> heldBack(Settings settings) {
        return Set.of(
                settings.topics().queries(),
                settings.app().applicationId() + '-' + TaggingTopology.QUERIES_BY_KEY + "-repartition");
    }

    /** Partitions here that hold the snapshot, verified, which answers queries of that event time. */
    long primed(Instant eventTime) {
        return snapshots.timeline().at(eventTime).map(tasks::primed).orElse(0L);
    }

    HeadTasks tasks() {
        return tasks;
    }

    /** Kafka Streams claims its state directory as soon as it is made. */
    private static KafkaStreams streams(
            Topology topology, Properties config, KafkaClientSupplier clients, Path stateDir) {
        try {
            return new KafkaStreams(topology, config, clients);
        } catch (TopologyException ours) {
            throw ours;
        } catch (ConfigException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        } catch (StreamsException e) {
            var why = String.valueOf(e.getMessage());
            throw new Refusal("the state directory " + stateDir.toAbsolutePath()
                    + (why.contains("multiple instances")
                            ? " is in use by another process; give each its own state.dir"
                            : " can't be used: " + why));
        }
    }

    private StreamThreadExceptionResponse stopOn(Throwable cause) {
        failure.compareAndSet(null, cause);
        log.error("stopping: {}", cause.getMessage(), cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Returns when it answers queries for the first time, or has stopped. */
    void awaitRunning() throws InterruptedException {
        running.await();
    }

    /** Returns when the application has stopped: what broke it, or nothing where it was asked to. */
    public Optional<Throwable> awaitStop() throws InterruptedException {
        stopped.await();
        return Optional.ofNullable(failure.get());
    }

    public State state() {
        return streams.state();
    }

    Settings settings() {
        return settings;
    }

    KafkaStreams streams() {
        return streams;
    }

    Meters meters() {
        return meters;
    }

    SnapshotCatalog snapshots() {
        return snapshots;
    }

    Optional<Swaps> swaps() {
        return Optional.ofNullable(swaps);
    }

    Optional<Tail> tail() {
        return Optional.ofNullable(tail);
    }

    RocksDbBudget budget() {
        return budget;
    }

    /** All meters in Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    /** Stops cleanly: commits, closes, leaves the group. What is pending stays in the ledger. */
    @Override
    public void close() {
        boolean clean = streams.close(
                new KafkaStreams.CloseOptions().timeout(STOP_LIMIT).leaveGroup(true));
        log.info(
                "{}; {} misses stay in the ledger",
                clean ? "stopped cleanly" : "not stopped within " + STOP_LIMIT.toSeconds() + " s",
                tail == null ? 0 : tail.pending());
        release();
        stopped.countDown();
    }

    private void release() {
        if (tail != null) {
            tail.close();
        }
        if (swaps != null) {
            swaps.close();
        }
        owned.forEach(Student::close);
        budget.close();
        registry.close();
    }
}
