package io.tagweir.roster;

import io.tagweir.student.Student;
import java.util.concurrent.atomic.AtomicBoolean;

/** A loaded student, kept open until the lease is closed, whatever is swapped meanwhile. Thread-safe. */
public final class Lease implements AutoCloseable {

    private final LoadedStudent loaded;
    private final AtomicBoolean returned = new AtomicBoolean();

    /** @param loaded counted for this lease already */
    Lease(LoadedStudent loaded) {
        this.loaded = loaded;
    }

    public Student student() {
        return loaded.student();
    }

    @Override
    public void close() {
        if (returned.compareAndSet(false, true)) {
            loaded.release();
        }
    }
}
