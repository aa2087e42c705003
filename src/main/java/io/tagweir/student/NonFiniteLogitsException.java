package io.tagweir.student;

import java.util.List;
import java.util.Optional;

/** The logits of some queries of a batch are infinite or not a number. Has the valid answers to the others. */
public final class NonFiniteLogitsException extends StudentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Optional<Tagging>> answers;

    /** @param answers in the order of the batch; empty for a query with such logits */
    public NonFiniteLogitsException(String message, List<Optional<Tagging>> answers) {
        super(message);
        this.answers = List.copyOf(answers);
    }

    public List<Optional<Tagging>> answers() {
        return answers;
    }
}
