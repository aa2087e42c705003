package io.tagweir.app;

import io.tagweir.meter.MeterName;
import static java.util.stream.Collectors.toCollection;

import io.tagweir.head.HeadTasks;
import io.tagweir.meter.Meters;
import io.tagweir.snapshot.SnapshotCatalog;
import io.tagweir.student.Device;
import io.tagweir.student.Student;
import io.tagweir.tail.Tail;
import io.tagweir.topology.RocksDbBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.TaskId;
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
    private final Assembly parts;
    private final List<Student> owned = new ArrayList<>();
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private boolean closed;
    private boolean clean;

    private Application(
            Settings settings,
            int partitions,
            @Nullable Student student,
            @Nullable Student larger,
            Function<Path, Student> models,
            InstantSource clock) {
        this.settings = settings;
        parts = new Assembly(settings, partitions, student, larger, models, clock);
        parts.streams.setUncaughtExceptionHandler(this::stopOn);
        parts.streams.setStateListener((now, before) -> {
            if (now == State.RUNNING) {
                log.info("rebalanced: the tasks here are {}", tasksHere());
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
            application.parts.meters.gauge(
                    MeterName.STUDENT_CPU_FALLBACK, () -> student.fallback().isPresent() ? 1 : 0);
            student.fallback().ifPresent(why -> log.warn("the student runs on the CPU: {}", why));
            log.info("student {} on {}", student.id(), onGpu ? "the GPU" : "the CPU");
        }
        application.launch(clock.instant());
        return application;
    }

    /** Loads the students that the control records ask for, and only then takes up any query. */
    private void launch(Instant now) {
        try {
            if (parts.swaps != null) {
                parts.swaps.prepare();
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
        // Returns once the control records have been read whole.
        parts.streams.start();
        sayWhatAnswers(now);
        if (parts.swaps != null) {
            parts.swaps.start();
        }
    }

    /** Control records read from here on are logged as they come. */
    private void sayWhatAnswers(Instant now) {
        parts.snapshots.readWhole();
        log.info(
                "{} answers what the head holds, of {} known",
                parts.snapshots.timeline().at(now).map(id -> "snapshot " + id).orElse("no snapshot"),
                parts.snapshots.snapshots().size());
        if (parts.swaps != null) {
            parts.swaps.catalog().readWhole();
            log.info("student {} answers misses", parts.swaps.roster().current());
        }
    }

    private SortedSet<TaskId> tasksHere() {
        return parts.streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream().map(TaskMetadata::taskId))
                .collect(toCollection(TreeSet::new));
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
        application.launch(clock.instant());
        return application;
    }

    /** Partitions here that hold the snapshot, verified, which answers queries of that event time. */
    long primed(Instant eventTime) {
        return parts.primed(eventTime);
    }

    HeadTasks tasks() {
        return parts.tasks;
    }

    private StreamThreadExceptionResponse stopOn(Throwable cause) {
        failure.compareAndSet(null, cause);
        log.error("stopping: {}", cause.getMessage(), cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Returns when it answers queries for the first time, or is to stop; whether it answers. */
    boolean awaitRunning() throws InterruptedException {
        running.await();
        return stopped.getCount() > 0;
    }

    /** Has {@link #awaitStop} return, whose caller is to close the application. Returns at once; for any thread. */
    void askToStop() {
        running.countDown();
        stopped.countDown();
    }

    /** Returns when the application has stopped or is to stop: what broke it, or nothing where it was asked to. */
    public Optional<Throwable> awaitStop() throws InterruptedException {
        stopped.await();
        return Optional.ofNullable(failure.get());
    }

    public State state() {
        return parts.streams.state();
    }

    Settings settings() {
        return settings;
    }

    KafkaStreams streams() {
        return parts.streams;
    }

    Meters meters() {
        return parts.meters;
    }

    SnapshotCatalog snapshots() {
        return parts.snapshots;
    }

    Optional<Swaps> swaps() {
        return Optional.ofNullable(parts.swaps);
    }

    Optional<Tail> tail() {
        return Optional.ofNullable(parts.tail);
    }

    RocksDbBudget budget() {
        return parts.budget;
    }

    /** All meters in a text format that Prometheus reads, given by its media type. */
    String scrape(String contentType) {
        return parts.registry.scrape(contentType);
    }

    /**
     * Stops cleanly: commits, closes, leaves the group. What is pending stays in the ledger. A second call does
     * nothing.
     */
    @Override
    public void close() {
        close(STOP_LIMIT);
    }

    /**
     * As {@link #close()}. Where it takes longer than the limit, what is still at work is left to end with the process.
     */
    synchronized void close(Duration limit) {
        if (closed) {
            return;
        }
        closed = true;
        // Tasks that close take what they have pending out of the count.
        int pending = parts.tail == null ? 0 : parts.tail.pending();
        clean = parts.streams.close(
                new KafkaStreams.CloseOptions().timeout(limit).leaveGroup(true));
        if (clean) {
            log.info("stopped cleanly; {} misses were pending here and stay in the ledger", pending);
            parts.close();
            owned.forEach(Student::close);
        } else {
            log.error(
                    "not stopped within {} ms: the state directory is still open; {} misses stay in the ledger",
                    limit.toMillis(),
                    pending);
        }
        stopped.countDown();
    }

    /** Whether {@link #close} has closed everything in time. */
    synchronized boolean stoppedCleanly() {
        return clean;
    }
}
