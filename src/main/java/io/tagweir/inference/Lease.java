package io.tagweir.inference;

import io.tagweir.student.Student;
import java.util.concurrent.atomic.AtomicBoolean;

<<<<<<<< HEAD:src/main/java/io/tagweir/roster/StudentHandle.java
/** A loaded student, which stays open until the handle is closed, whatever is swapped meanwhile. Thread-safe. */
public final class StudentHandle implements AutoCloseable {
========
/** A loaded student that stays open until the lease is closed, even if it is unloaded meanwhile. Thread-safe. */
public final class Lease implements AutoCloseable {
>>>>>>>> main:src/main/java/io/tagweir/inference/Lease.java

    private final LoadedStudent loaded;
    private final AtomicBoolean returned = new AtomicBoolean();

<<<<<<<< HEAD:src/main/java/io/tagweir/roster/StudentHandle.java
    /** @param loaded that counts this handle already */
    StudentHandle(LoadedStudent loaded) {
========
    /** @param loaded already counts this lease */
    Lease(LoadedStudent loaded) {
>>>>>>>> main:src/main/java/io/tagweir/inference/Lease.java
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
