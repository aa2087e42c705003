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
 * The students of this process: which one is to answer a query, and those that are loaded.
 *
 * <p>The first follows from the control history alone, so that every instance says the same; the second is this
 * instance's own. Where the student of a query is not loaded, or is no more, ask for both again once {@link #version}
 * has changed: the history may have moved on. Thread-safe.
 */
public final class Roster implements AutoCloseable {

    private final StudentCatalog catalog;
    private final Student base;
    private final InstantSource clock;
    private final Map<String, LoadedStudent> loaded = new ConcurrentHashMap<>();
    private final AtomicLong loads = new AtomicLong();
    private final Object renewing = new Object();

    /**
     * @param base the student of the settings, warm; always loaded, and the caller's to close
     * @param warming time that it took to load and warm
     */
    public Roster(StudentCatalog catalog, Student base, Duration warming, InstantSource clock) {
        this.catalog = catalog;
        this.base = base;
        this.clock = clock;
        loaded.put(base.id(), new LoadedStudent(base, warming));
    }

    /** One student, for ever; it stays the caller's to close. */
    public static Roster of(Student only) {
        return new Roster(new StudentCatalog(only.id()), only, Duration.ZERO, InstantSource.fixed(Instant.EPOCH));
    }

    /**
     * The {@code id@version} of the student that answers a query: a pure function of its event time, its canonical key
     * and the control history.
     */
    public String at(Instant eventTime, String keyText) {
        return catalog.timeline().at(eventTime, keyText);
    }

    /** The student of that id, kept loaded until the lease is closed; empty where it is not loaded here. */
    public Optional<Lease> lease(String id) {
        var student = loaded.get(id);
        return student == null ? Optional.empty() : student.lease();
    }

    /** Rises whenever another student may answer a query, or one that was not loaded is. */
    public long version() {
        return catalog.version() + loads.get();
    }

    /** The student that answers queries of now, but for a canary's share. For display. */
    public String current() {
        return catalog.timeline().stretch(clock.instant()).stable();
    }

    /** The students that answer queries of now or are planned to, and are not loaded here; empty: it is ready. */
    public Set<String> lacking() {
        var lacking = new TreeSet<>(catalog.timeline().onwards(clock.instant()));
        lacking.removeAll(loaded.keySet());
        return lacking;
    }

    /** Whether the student of that id is loaded here. */
    public boolean isLoaded(String id) {
        return loaded.containsKey(id);
    }

    /** How many are loaded. */
    public int size() {
        return loaded.size();
    }

    /** Id of the student of the settings. */
    String base() {
        return base.id();
    }

    /** Ids of all that are loaded. */
    Set<String> loaded() {
        return new TreeSet<>(loaded.keySet());
    }

    /** Time it took to load and warm a student that is loaded. */
    Optional<Duration> warming(String id) {
        return Optional.ofNullable(loaded.get(id)).map(LoadedStudent::warming);
    }

    /**
     * Loads a student anew that hangs, where it is still the one that is leased: who leases from now on has a fresh
     * one, and the old one is closed with its last lease. Takes as long as a load.
     *
     * @throws io.tagweir.student.StudentException where it can't be loaded; the old one stays
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
                fresh.close(); // It was dismissed meanwhile.
            }
        }
    }

    /** Takes a student in that is not loaded yet. Called by the loader alone. */
    void admit(Student student, Duration warming) {
        loaded.put(student.id(), new LoadedStudent(student, warming));
        loads.incrementAndGet();
    }

    /** Lets a student go; it is closed with its last lease. Called by the loader alone. */
    void dismiss(String id) {
        var student = loaded.remove(id);
        if (student != null) {
            student.release();
        }
    }

    /** Lets all students go but that of the settings, unless it has been loaded anew. */
    @Override
    public void close() {
        loaded.forEach((id, student) -> {
            if (student.student() != base) {
                dismiss(id);
            }
        });
    }
}
