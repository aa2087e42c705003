package io.tagweir.console;

/**
 * A view has no answer just now, through nobody's fault: the store is being restored, or another instance holds the
 * key. The message is plain words and goes to the client with 503; nothing is logged.
 */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnavailableException(String reason) {
        super(reason);
    }

    public UnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** What the client is told. */
    String reason() {
        var reason = getMessage();
        return reason == null ? "no answer just now" : reason;
    }
}
