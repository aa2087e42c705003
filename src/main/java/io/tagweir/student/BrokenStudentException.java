package io.tagweir.student;

import java.util.List;

/** A model directory can't be used as a student. Has every problem found, one line each. */
public final class BrokenStudentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    BrokenStudentException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
