package io.tagweir.student;

import java.util.List;
import java.util.Optional;

/** What the model returned for some queries of a batch are no finite numbers; the answers to the others are good. */
public final class NonFiniteLogitsException extends StudentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Optional<Tagging>> answers;

    /** @param answers in the order of the batch, empty where the numbers are not finite */
    public NonFiniteLogitsException(String message, List<Optional<Tagging>> answers) {
        super(message);
        this.answers = List.copyOf(answers);
    }

    public List<Optional<Tagging>> answers() {
        return answers;
    }
}
