package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import io.tagweir.reason.Reason;
import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the students that the control records ask for, lets go those they ask for no more, and reports both.
 *
 * <p>It has a thread of its own, so that neither the stream threads nor the students' wait for a load. It wakes with
 * each control record, and every so often to report anew and to try again what did not load. A student is admitted once
 * it is warm, so no query pays for its first run. The student of the settings is none of its business: that one is
 * always there.
 */
public final class StudentLoader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StudentLoader.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** A directory that did not load, and why. */
    private record Failure(String directory, String problem) {}

    private final Roster roster;
    private final StudentCatalog catalog;
    private final Function<Path, Student> models;
    private final Reports reports;
    private final Duration interval;
    private final Map<String, Failure> failures = new TreeMap<>();
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread = new Thread(this::work, "student-loader");
    private volatile boolean closed;

    /**
     * @param models loads the model in a directory and warms it; a {@link BrokenStudentException} or a
     *     {@link StudentException} says why it can't serve
     * @param interval how often it reports, and tries again what did not load
     */
    public StudentLoader(
            Roster roster, StudentCatalog catalog, Function<Path, Student> models, Reports reports, Duration interval) {
        this.roster = roster;
        this.catalog = catalog;
        this.models = models;
        this.reports = reports;
        this.interval = interval;
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /**
     * Loads, on the caller's thread and before {@link #start}, what a history read beforehand asks for; so that no
     * query of a process that starts waits for a load.
     *
     * @return why each student that answers queries of {@code now} or is planned to can't be loaded
     */
    public List<String> prepare(StudentCatalog history, Instant now) {
        load(history.wanted());
        var needed = history.timeline().onwards(now);
        return failures.entrySet().stream()
                .filter(failure -> needed.contains(failure.getKey()))
                .map(failure -> problem(failure.getKey(), failure.getValue()))
                .toList();
    }

    /** To be called once the control history has been read: what it asked for in the past is not to be loaded. */
    public void start() {
        catalog.listen(changes::release);
        thread.start();
    }

    private void work() {
        try {
            boolean due = true;
            while (!closed) {
                look(due);
                due = !changes.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                changes.drainPermits();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One look at what is wanted and what is there.
     *
     * @param due whether the interval is over
     */
    void look(boolean due) {
        if (due) {
            failures.clear();
        }
        var wanted = catalog.wanted();
        load(wanted);
        var told = new TreeMap<String, StudentReport>();
        wanted.keySet().forEach(id -> told.put(id, report(id)));
        told.put(roster.base(), report(roster.base()));
        reports.tell(told, due);
    }

    private void load(Map<String, String> wanted) {
        var unwanted = new TreeSet<>(roster.loaded());
        unwanted.removeAll(wanted.keySet());
        unwanted.remove(roster.base());
        // First, so that never more is loaded than is wanted.
        unwanted.forEach(id -> {
            roster.dismiss(id);
            log.info("student {} is needed no more", id);
        });
        failures.entrySet().removeIf(failure -> !failure.getValue().directory().equals(wanted.get(failure.getKey())));
        wanted.forEach((id, directory) -> {
            if (!closed && !roster.loaded().contains(id) && !failures.containsKey(id)) {
                load(id, directory);
            }
        });
    }

    private void load(String id, String directory) {
        long began = System.nanoTime();
        Student student = null;
        try {
            student = models.apply(Path.of(directory));
            String own = student.id();
            student = student.withId(id);
            if (!own.equals(id)) {
                log.warn(
                        "student {} was staged by an earlier release, whose id does not cover all its files;"
                                + " stage it again, as {}",
                        id,
                        own);
            }
            var warming = Duration.ofNanos(System.nanoTime() - began);
            roster.admit(student, warming);
            student = null;
            log.info("student {} is loaded and warm after {} ms", id, warming.toMillis());
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            var failure = new Failure(directory, Reason.of(e));
            failures.put(id, failure);
            log.warn(problem(id, failure));
        } finally {
            if (student != null) {
                student.close();
            }
        }
    }

    private static String problem(String id, Failure failure) {
        return "student " + id + " can't be loaded from " + failure.directory() + ": " + failure.problem();
    }

    private StudentReport report(String id) {
        var warming = roster.warming(id);
        var failure = failures.get(id);
        return reports.about(
                id,
                warming.isPresent(),
                failure == null ? null : failure.directory() + ": " + failure.problem(),
                warming.orElse(Duration.ZERO));
    }

    /** Stops after the load in hand, and takes back what it has reported. */
    @Override
    public void close() {
        closed = true;
        catalog.listen(() -> {});
        thread.interrupt();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reports.close();
    }
}
