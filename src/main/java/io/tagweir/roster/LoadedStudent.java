package io.tagweir.roster;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A student that is loaded, and how many hold it: the roster once, until it is retired, and each lease. The last to let
 * go closes it, on its own thread. Thread-safe.
 */
final class LoadedStudent {

    private final Student student;
    private final Duration warming;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** @param warming time it took to load and warm */
    LoadedStudent(Student student, Duration warming) {
        this.student = student;
        this.warming = warming;
    }

    Student student() {
        return student;
    }

    Duration warming() {
        return warming;
    }

    /** Empty where it is closed already. */
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
