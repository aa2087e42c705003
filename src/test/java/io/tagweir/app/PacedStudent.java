package io.tagweir.app;

import io.tagweir.student.Student;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A student that takes its time over every run. */
record PacedStudent(Student student, Duration pace) implements Student {

    @Override
    public String id() {
        return student.id();
    }

    @Override
    public List<List<Span>> tag(List<String> queries) {
        long until = System.nanoTime() + pace.toNanos();
        for (long left = pace.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return student.tag(queries);
    }

    @Override
    public void close() {
        student.close();
    }
}
