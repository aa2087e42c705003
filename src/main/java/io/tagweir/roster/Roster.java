package io.tagweir.roster;

import io.tagweir.inference.LoadedStudents;
import io.tagweir.student.Student;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Routes each query to a student, and holds the students that are loaded in this process.
 *
 * <p>The control records alone decide the routing, so all instances agree on it. Which students are loaded is this
 * instance's own. If the student of a query is not loaded, route the query again when {@link #version} has changed.
 * Thread-safe.
 */
public final class Roster implements AutoCloseable {

    private final StudentCatalog catalog;
    private final Student base;
    private final LoadedStudents students;
    private final InstantSource clock;

    /**
     * @param base the student of the settings, warmed up; always loaded, and closed by the caller
     * @param warming time it took to load and warm up {@code base}
     */
    public Roster(StudentCatalog catalog, Student base, Duration warming, InstantSource clock) {
        this.catalog = catalog;
        this.base = base;
        this.students = new LoadedStudents(base, warming);
        this.clock = clock;
    }

    /** Routes every query to one student, which the caller closes. */
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

    /** The students that are loaded in this process. */
    public LoadedStudents students() {
        return students;
    }

    /** Changes whenever another student may have to answer a query, or one has been loaded. */
    public long version() {
        return catalog.version() + students.changes();
    }

    /** The student that answers queries now, except for a canary's share. For display. */
    public String current() {
        return catalog.timeline().interval(clock.instant()).stable();
    }

    /**
     * The students that answer queries now or are planned to, and are not loaded here; empty: this instance is ready.
     */
    public Set<String> lacking() {
        var lacking = new TreeSet<>(catalog.timeline().onwards(clock.instant()));
        lacking.removeAll(students.ids());
        return lacking;
    }

    /** Whether the student with that id is loaded here. */
    public boolean isLoaded(String id) {
        return students.contains(id);
    }

    /** How many students are loaded. */
    public int size() {
        return students.ids().size();
    }

    /** The id of the student of the settings. */
    String base() {
        return base.id();
    }

    /** Ids of all students that are loaded. */
    Set<String> loaded() {
        return students.ids();
    }

    /** Time it took to load and warm up a student; empty if it is not loaded. */
    Optional<Duration> warming(String id) {
        return students.loadTime(id);
    }

    /** Adds a student that is not loaded yet. Called by the loader only. */
    void add(Student student, Duration warming) {
        students.add(student, warming);
    }

    /** Unloads a student. Called by the loader only. */
    void unload(String id) {
        students.remove(id);
    }

    /** Unloads all students but that of the settings. */
    @Override
    public void close() {
        students.close();
    }
}
