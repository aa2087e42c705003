package io.tagweir.inference;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loaded student with a reference count: one for {@link LoadedStudents} and one for each lease. The holder that
 * brings the count to zero closes the student, on its own thread. Thread-safe.
 */
final class LoadedStudent {

    private final Student student;
    private final Duration loadTime;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** @param loadTime time it took to load and warm up the student */
    LoadedStudent(Student student, Duration loadTime) {
        this.student = student;
        this.loadTime = loadTime;
    }

    Student student() {
        return student;
    }

    Duration loadTime() {
        return loadTime;
    }

    /** Empty if the student has been closed. */
    Optional<Lease> lease() {
        int before = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        return before == 0 ? Optional.empty() : Optional.of(new Lease(this));
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            student.close();
        }
    }
}
