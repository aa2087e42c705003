package io.tagweir.inference;

import io.tagweir.student.Student;
import java.util.concurrent.atomic.AtomicBoolean;

/** A loaded student that stays open until the lease is closed, even if it is unloaded meanwhile. Thread-safe. */
public final class Lease implements AutoCloseable {

    private final LoadedStudent loaded;
    private final AtomicBoolean returned = new AtomicBoolean();

    /** @param loaded already counts this lease */
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
