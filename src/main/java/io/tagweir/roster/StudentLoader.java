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
 * Loads the students that the control records require, unloads those they no longer require, and reports both.
 *
 * <p>It has a thread of its own, so neither stream threads nor inference threads wait for a load. It wakes at each control
 * record, and at an interval to report again and to retry failed loads. A student is added to the roster once it is warm,
 * so no query pays for its first run. The student of the settings is always loaded and not its concern.
 */
public final class StudentLoader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StudentLoader.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** A failed load. */
    private record LoadFailure(String directory, String problem) {}

    private final Roster roster;
    private final StudentCatalog catalog;
    private final Function<Path, Student> models;
    private final StudentReporter reports;
    private final Duration interval;
    private final Map<String, LoadFailure> failures = new TreeMap<>();
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread = new Thread(this::work, "student-loader");
    private volatile boolean closed;

    /**
     * @param models loads the model in a directory and warms it; a {@link BrokenStudentException} or a
     *     {@link StudentException} says why it can't be used
     * @param interval how often it reports and retries failed loads
     */
    public StudentLoader(
            Roster roster, StudentCatalog catalog, Function<Path, Student> models, StudentReporter reports, Duration interval) {
        this.roster = roster;
        this.catalog = catalog;
        this.models = models;
        this.reports = reports;
        this.interval = interval;
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /**
     * Loads what control records read in advance require, on the caller's thread and before {@link #start}. So no query
     * waits for a load while the process starts.
     *
     * @return for each student that answers queries from {@code now} on and can't be loaded, the reason
     */
    public List<String> prepare(StudentCatalog records, Instant now) {
        load(records.directoriesToLoad());
        var needed = records.timeline().onwards(now);
        return failures.entrySet().stream()
                .filter(failure -> needed.contains(failure.getKey()))
                .map(failure -> problem(failure.getKey(), failure.getValue()))
                .toList();
    }

    /** To be called once the control records have been read, so that none loads a student that a later one unloads. */
    public void start() {
        catalog.listen(changes::release);
        thread.start();
    }

    private void work() {
        try {
            boolean due = true;
            while (!closed) {
                update(due);
                due = !changes.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                changes.drainPermits();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Loads, unloads and reports once.
     *
     * @param due whether the interval is over
     */
    void update(boolean due) {
        if (due) {
            failures.clear();
        }
        var directories = catalog.directoriesToLoad();
        load(directories);
        var current = new TreeMap<String, StudentReport>();
        directories.keySet().forEach(id -> current.put(id, report(id)));
        current.put(roster.base(), report(roster.base()));
        reports.send(current, due);
    }

    private void load(Map<String, String> directories) {
        var unneeded = new TreeSet<>(roster.loaded());
        unneeded.removeAll(directories.keySet());
        unneeded.remove(roster.base());
        // First, so that never more students are loaded than are needed.
        unneeded.forEach(id -> {
            roster.unload(id);
            log.info("student {} is no longer needed", id);
        });
        failures.entrySet().removeIf(failure -> !failure.getValue().directory().equals(directories.get(failure.getKey())));
        directories.forEach((id, directory) -> {
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
            roster.add(student, warming);
            student = null;
            log.info("student {} is loaded and warm after {} ms", id, warming.toMillis());
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            var failure = new LoadFailure(directory, Reason.of(e));
            failures.put(id, failure);
            log.warn(problem(id, failure));
        } finally {
            if (student != null) {
                student.close();
            }
        }
    }

    private static String problem(String id, LoadFailure failure) {
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

    /** Stops after the current load, and removes its reports. */
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
