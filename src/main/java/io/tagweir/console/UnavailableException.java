package io.tagweir.console;

/**
 * An endpoint can't answer at the moment, for example because a store is being restored. The message is sent to the
 * client with status 503; nothing is logged.
 */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnavailableException(String reason) {
        super(reason);
    }

    public UnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The message for the client. */
    String reason() {
        var reason = getMessage();
        return reason == null ? "no answer just now" : reason;
    }
}
