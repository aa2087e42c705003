package io.tagweir.inference;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The students that are loaded in this process, by {@code id@version}. Thread-safe. */
public final class LoadedStudents implements AutoCloseable {

    private final Student base;
    private final Map<String, LoadedStudent> byId = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final Object reloading = new Object();

    /**
     * @param base always loaded; the caller closes it
     * @param loadTime time it took to load and warm up {@code base}
     */
    public LoadedStudents(Student base, Duration loadTime) {
        this.base = base;
        byId.put(base.id(), new LoadedStudent(base, loadTime));
    }

    /** A single student; the caller closes it. */
    public static LoadedStudents of(Student only) {
        return new LoadedStudents(only, Duration.ZERO);
    }

    /** A lease on the student with that id; empty if it is not loaded. */
    public Optional<Lease> lease(String id) {
        var student = byId.get(id);
        return student == null ? Optional.empty() : student.lease();
    }

    /** How often a student has been added or reloaded. */
    public long changes() {
        return changes.get();
    }

    public boolean contains(String id) {
        return byId.containsKey(id);
    }

    public Set<String> ids() {
        return new TreeSet<>(byId.keySet());
    }

    /** Time it took to load and warm up a student; empty if it is not loaded. */
    public Optional<Duration> loadTime(String id) {
        return Optional.ofNullable(byId.get(id)).map(LoadedStudent::loadTime);
    }

    public void add(Student student, Duration loadTime) {
        byId.put(student.id(), new LoadedStudent(student, loadTime));
        changes.incrementAndGet();
    }

    /** Unloads a student; it is closed when its last lease is. */
    public void remove(String id) {
        var student = byId.remove(id);
        if (student != null) {
            student.release();
        }
    }

    /**
     * Replaces a student that hangs by a new session of it, unless it has been replaced or removed already. New leases
     * get the new session; the old one is closed with its last lease. Takes as long as loading it.
     *
     * @throws io.tagweir.student.StudentException if it can't be loaded; the old session stays
     */
    public void reload(Student hung) {
        synchronized (reloading) {
            var old = byId.get(hung.id());
            if (old == null || old.student() != hung) {
                return;
            }
            var fresh = hung.reload();
            if (fresh == hung) {
                return;
            }
            if (byId.replace(hung.id(), old, new LoadedStudent(fresh, old.loadTime()))) {
                changes.incrementAndGet();
                old.release();
            } else {
                fresh.close(); // It was removed meanwhile.
            }
        }
    }

    /** Unloads all students except {@code base}, whose caller closes it; a reloaded {@code base} is unloaded, too. */
    @Override
    public void close() {
        byId.forEach((id, student) -> {
            if (student.student() != base) {
                remove(id);
            }
        });
    }
}
