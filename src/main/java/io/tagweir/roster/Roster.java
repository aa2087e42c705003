package io.tagweir.roster;

import io.tagweir.student.Student;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The students of this process: which one answers a query, and which are loaded.
 *
 * <p>The control records alone say which one answers, so all instances agree; which are loaded is this instance's own. If
 * the student of a query is not loaded, ask for both again when {@link #version} has changed. Thread-safe.
 */
public final class Roster implements AutoCloseable {

    private final StudentCatalog catalog;
    private final Student base;
    private final InstantSource clock;
    private final Map<String, LoadedStudent> loaded = new ConcurrentHashMap<>();
    private final AtomicLong loads = new AtomicLong();
    private final Object renewing = new Object();

    /**
     * @param base the student of the settings, warm; always loaded; the caller closes it
     * @param warming time that loading and warming it took
     */
    public Roster(StudentCatalog catalog, Student base, Duration warming, InstantSource clock) {
        this.catalog = catalog;
        this.base = base;
        this.clock = clock;
        loaded.put(base.id(), new LoadedStudent(base, warming));
    }

    /** A roster of one student that never changes; the caller closes it. */
    public static Roster of(Student only) {
        return new Roster(new StudentCatalog(only.id()), only, Duration.ZERO, InstantSource.fixed(Instant.EPOCH));
    }

    /**
     * The {@code id@version} of the student that answers a query: a pure function of its event time, its canonical key
     * and the control records.
     */
    public String at(Instant eventTime, String keyText) {
        return catalog.timeline().student(eventTime, keyText);
    }

    /** The student of that id, which stays open until the handle is closed; empty if it is not loaded here. */
    public Optional<StudentHandle> acquire(String id) {
        var student = loaded.get(id);
        return student == null ? Optional.empty() : student.acquire();
    }

    /** Rises whenever another student may answer a query, and whenever a student is loaded. */
    public long version() {
        return catalog.version() + loads.get();
    }

    /** The stable student of now. For display. */
    public String current() {
        return catalog.timeline().interval(clock.instant()).stable();
    }

    /** The students that answer queries from now on and are not loaded here; empty if this instance is ready. */
    public Set<String> lacking() {
        var lacking = new TreeSet<>(catalog.timeline().onwards(clock.instant()));
        lacking.removeAll(loaded.keySet());
        return lacking;
    }

    /** Whether a student is loaded here. */
    public boolean isLoaded(String id) {
        return loaded.containsKey(id);
    }

    /** The number of loaded students. */
    public int size() {
        return loaded.size();
    }

    /** The id of the student of the settings. */
    String base() {
        return base.id();
    }

    /** The ids of all loaded students. */
    Set<String> loaded() {
        return new TreeSet<>(loaded.keySet());
    }

    /** Time that loading and warming a student took; empty if it is not loaded. */
    Optional<Duration> warming(String id) {
        return Optional.ofNullable(loaded.get(id)).map(LoadedStudent::warming);
    }

    /**
     * Replaces a hung student with a freshly loaded one, unless it has been replaced already. The old one is closed with
     * its last handle. Takes as long as a load.
     *
     * @throws io.tagweir.student.StudentException if it can't be loaded; the old one stays
     */
    public void renew(Student hung) {
        synchronized (renewing) {
            var old = loaded.get(hung.id());
            if (old == null || old.student() != hung) {
                return;
            }
            var fresh = hung.renewed();
            if (fresh == hung) {
                return;
            }
            if (loaded.replace(hung.id(), old, new LoadedStudent(fresh, old.warming()))) {
                loads.incrementAndGet();
                old.release();
            } else {
                fresh.close(); // It was unloaded meanwhile.
            }
        }
    }

    /** Adds a loaded student. Called by the loader only. */
    void add(Student student, Duration warming) {
        loaded.put(student.id(), new LoadedStudent(student, warming));
        loads.incrementAndGet();
    }

    /** Unloads a student; it is closed with its last handle. Called by the loader only. */
    void unload(String id) {
        var student = loaded.remove(id);
        if (student != null) {
            student.release();
        }
    }

    /** Unloads all students, except that of the settings if it was never replaced. */
    @Override
    public void close() {
        loaded.forEach((id, student) -> {
            if (student.student() != base) {
                unload(id);
            }
        });
    }
}
