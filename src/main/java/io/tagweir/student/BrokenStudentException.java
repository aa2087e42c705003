package io.tagweir.student;

import java.util.List;

/** A model directory that cannot serve as a student: every problem found, each in plain words on one line. */
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
