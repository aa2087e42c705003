package io.tagweir.roster;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loaded student with a count of its users: the roster, until it unloads the student, and each handle. The last user
 * to release it closes it, on that user's thread. Thread-safe.
 */
final class LoadedStudent {

    private final Student student;
    private final Duration warming;
    private final AtomicInteger users = new AtomicInteger(1);

    /** @param warming time that loading and warming took */
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

    /** Empty if it is closed already. */
    Optional<StudentHandle> acquire() {
        int before = users.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        return before == 0 ? Optional.empty() : Optional.of(new StudentHandle(this));
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            student.close();
        }
    }
}
