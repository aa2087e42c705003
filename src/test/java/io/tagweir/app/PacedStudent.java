package io.tagweir.app;

import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A student whose runs take at least {@code pace} each. */
record PacedStudent(Student student, Duration pace) implements Student {

    @Override
    public String id() {
        return student.id();
    }

    @Override
    public EncodedQuery encode(String canonical) {
        return student.encode(canonical);
    }

    @Override
    public List<Tagging> run(List<EncodedQuery> batch) {
        long until = System.nanoTime() + pace.toNanos();
        for (long left = pace.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return student.run(batch);
    }

    @Override
    public void close() {
        student.close();
    }
}
