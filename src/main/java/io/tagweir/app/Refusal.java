package io.tagweir.app;

import java.util.List;

/** The command cannot go on as it was asked to: every problem found, each in plain words on one line. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public Refusal(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public Refusal(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }
}
