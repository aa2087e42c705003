package io.tagweir.roster;

import io.tagweir.student.Student;

/** A loaded student, which stays loaded until the lease is closed. */
public interface Lease extends AutoCloseable {

    Student student();

    @Override
    void close();
}
