package io.tagweir.app.run;

import static java.util.stream.Collectors.toCollection;

import io.tagweir.app.cluster.StartChecks;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.Students;
import io.tagweir.head.HeadTasks;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.life.SnapshotCatalog;
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
 * <p>Stops itself if continuing could lose or mix up queries; {@link #awaitStop} returns the cause. Thread-safe.
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
                log.info("Rebalanced; tasks of this instance: {}", localTasks());
                running.countDown();
            }
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                running.countDown();
                stopped.countDown();
            }
        });
    }

    /**
     * Runs all start checks, then starts.
     *
     * @param createTopics whether to create missing topics first
     * @throws RefusedException with all problems found
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
            throw new RefusedException(checks.problems());
        }
        boolean onGpu = student != null && student.device() == Device.GPU;
        var fitted = onGpu ? settings.forGpu() : settings;
        var application =
                new Application(fitted, checks.partitions(), student, larger, StudentRuntime.models(fitted), clock);
        Stream.of(student, larger).filter(Objects::nonNull).forEach(application.owned::add);
        if (student != null) {
            application.parts.meters.gauge(
                    MeterName.STUDENT_CPU_FALLBACK, () -> student.fallback().isPresent() ? 1 : 0);
            student.fallback().ifPresent(why -> log.warn("The student runs on the CPU: {}", why));
            log.info("Loaded student {} on {}", student.id(), onGpu ? "the GPU" : "the CPU");
        }
        application.launch(clock.instant());
        return application;
    }

    /** Loads the students that the control records name, before any query is read. */
    private void launch(Instant now) {
        try {
            if (parts.swaps != null) {
                parts.swaps.prepare();
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
        // Returns once all control records have been read.
        parts.streams.start();
        logWhatIsActive(now);
        if (parts.swaps != null) {
            parts.swaps.start();
        }
    }

    /** Logs what is active. Later control records are logged as they are read. */
    private void logWhatIsActive(Instant now) {
        parts.snapshots.logChanges();
        log.info(
                "The head answers from {}; snapshots known: {}",
                parts.snapshots.timeline().at(now).map(id -> "snapshot " + id).orElse("no snapshot"),
                parts.snapshots.records().size());
        if (parts.swaps != null) {
            parts.swaps.catalog().logChanges();
            log.info("Student {} answers misses", parts.swaps.roster().current());
        }
    }

    private SortedSet<TaskId> localTasks() {
        return parts.streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream().map(TaskMetadata::taskId))
                .collect(toCollection(TreeSet::new));
    }

    /** Starts an application with a student of the caller, without start checks; for tests and benchmarks. */
    public static Application around(
            Settings settings, int partitions, @Nullable Student student, InstantSource clock) {
        return around(settings, partitions, student, StudentRuntime.models(settings), clock);
    }

    /** @param models loads the students that control records name */
    public static Application around(
            Settings settings,
            int partitions,
            @Nullable Student student,
            Function<Path, Student> models,
            InstantSource clock) {
        var application = new Application(settings, partitions, student, null, models, clock);
        application.launch(clock.instant());
        return application;
    }

    /** Local partitions that have verified the snapshot for queries of that event time. */
    public long primed(Instant eventTime) {
        return parts.primed(eventTime);
    }

    public HeadTasks tasks() {
        return parts.tasks;
    }

    private StreamThreadExceptionResponse stopOn(Throwable cause) {
        failure.compareAndSet(null, cause);
        log.error("Stopping: {}", cause.getMessage(), cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Waits until the application answers queries or must stop; returns whether it answers. */
    public boolean awaitRunning() throws InterruptedException {
        running.await();
        return stopped.getCount() > 0;
    }

    /** Makes {@link #awaitStop} return, whose caller then closes the application. Returns at once; for any thread. */
    public void askToStop() {
        running.countDown();
        stopped.countDown();
    }

    /**
     * Waits until the application has stopped or must stop; returns the failure, or empty if the stop was requested.
     */
    public Optional<Throwable> awaitStop() throws InterruptedException {
        stopped.await();
        return Optional.ofNullable(failure.get());
    }

    public State state() {
        return parts.streams.state();
    }

    public Settings settings() {
        return settings;
    }

    public KafkaStreams streams() {
        return parts.streams;
    }

    public Meters meters() {
        return parts.meters;
    }

    public SnapshotCatalog snapshots() {
        return parts.snapshots;
    }

    public Optional<StudentRuntime> swaps() {
        return Optional.ofNullable(parts.swaps);
    }

    public Optional<Tail> tail() {
        return Optional.ofNullable(parts.tail);
    }

    RocksDbBudget budget() {
        return parts.budget;
    }

    /** All meters in the Prometheus text format of that media type. */
    public String scrape(String contentType) {
        return parts.registry.scrape(contentType);
    }

    /** Stops: commits, closes, leaves the group. Pending queries stay in the ledger. A second call does nothing. */
    @Override
    public void close() {
        close(STOP_LIMIT);
    }

    /** Like {@link #close()}. Whatever is still running after the limit ends with the process. */
    public synchronized void close(Duration limit) {
        if (closed) {
            return;
        }
        closed = true;
        // Read first: closing tasks reduce the count.
        int pending = parts.tail == null ? 0 : parts.tail.pending();
        clean = parts.streams.close(
                new KafkaStreams.CloseOptions().timeout(limit).leaveGroup(true));
        if (clean) {
            log.info("stopped cleanly; {} pending misses stay in the ledger", pending);
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

    /** Whether {@link #close} closed everything within the limit. */
    public synchronized boolean stoppedCleanly() {
        return clean;
    }
}
