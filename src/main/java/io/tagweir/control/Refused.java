package io.tagweir.control;

import java.util.List;

/**
 * What was asked for goes against the rules of a control record, or against what it stands for: every problem found, a
 * line each.
 */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public Refused(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public Refused(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }
}
