package io.tagweir.roster;

import io.tagweir.student.Student;
import java.util.concurrent.atomic.AtomicBoolean;

/** A loaded student, which stays open until the handle is closed, whatever is swapped meanwhile. Thread-safe. */
public final class StudentHandle implements AutoCloseable {

    private final LoadedStudent loaded;
    private final AtomicBoolean returned = new AtomicBoolean();

    /** @param loaded that counts this handle already */
    StudentHandle(LoadedStudent loaded) {
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
