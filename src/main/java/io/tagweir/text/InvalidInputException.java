package io.tagweir.text;

import io.tagweir.reason.Reason;

/**
 * Text from outside that can't be accepted. The message is one line of bounded length and can follow the name of the
 * place: what was found, and what was expected.
 */
public final class InvalidInputException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(Reason.oneLine(message));
    }
}
