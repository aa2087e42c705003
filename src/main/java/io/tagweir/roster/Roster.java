package io.tagweir.roster;

import io.tagweir.student.Student;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The students of this process, and which of them answers a query. Thread-safe. */
public final class Roster implements AutoCloseable {

    private final Student only;
    private final AtomicLong loads = new AtomicLong();
    private final Object renewing = new Object();
    private Loaded loaded;

    private Roster(Student only) {
        this.only = only;
        this.loaded = new Loaded(only);
    }

    /** A student, closed when nobody leases it any more and it is no longer the one to lease. */
    private static final class Loaded {

        private final Student student;
        private int leases = 1;

        Loaded(Student student) {
            this.student = student;
        }

        synchronized void lease() {
            leases++;
        }

        synchronized void release() {
            if (--leases == 0) {
                student.close();
            }
        }
    }

    /** One student, for ever; it stays the caller's to close. */
    public static Roster of(Student only) {
        return new Roster(only);
    }

    /**
     * {@code id@version} of the student that answers a query: depends on the query and on the control history alone.
     *
     * @param keyText the query's canonical key text
     */
    public String at(Instant eventTime, String keyText) {
        return only.id();
    }

    /** The student of that id; empty: it is not loaded here. */
    public Optional<Lease> lease(String id) {
        if (!id.equals(only.id())) {
            return Optional.empty();
        }
        synchronized (this) {
            var leased = loaded;
            leased.lease();
            return Optional.of(new Lease() {
                @Override
                public Student student() {
                    return leased.student;
                }

                @Override
                public void close() {
                    leased.release();
                }
            });
        }
    }

    /**
     * Loads a student anew that hangs, where it is still the one that is leased: who leases from now on has a fresh
     * one, and the old one is closed with its last lease. Takes as long as a load.
     *
     * @throws io.tagweir.student.StudentException where it can't be loaded; the old one stays
     */
    public void renew(Student hung) {
        synchronized (renewing) {
            if (!isLeased(hung)) {
                return;
            }
            var fresh = hung.renewed();
            if (fresh != hung) {
                replace(fresh).release();
            }
        }
    }

    private synchronized boolean isLeased(Student student) {
        return loaded.student == student;
    }

    private synchronized Loaded replace(Student fresh) {
        var old = loaded;
        loaded = new Loaded(fresh);
        loads.incrementAndGet();
        return old;
    }

    /** {@code id@version} of the student that answers most queries now. */
    public String current() {
        return only.id();
    }

    /** Rises whenever a student was loaded or unloaded. */
    public long version() {
        return loads.get();
    }

    @Override
    public synchronized void close() {
        if (loaded.student != only) {
            loaded.release();
        }
    }
}
