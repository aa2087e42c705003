package io.tagweir.head;

/**
 * A record that can't be taken as it is. It goes to the dead-letter topic with this reason, and the stream goes on.
 *
 * <p>Part of Kafka's serialization errors, so that it may be thrown where a record is decoded as well as where one is
 * processed.
 */
public final class Rejected extends org.apache.kafka.common.errors.SerializationException {

    private static final long serialVersionUID = 1L;

    /** What was wrong, as the dead-letter meter counts it. */
    public enum Reason {
        UNDECODABLE,
        MISSING_ID,
        ID_TOO_LONG,
        EMPTY_QUERY,
        QUERY_TOO_LONG,
        RECORD_TOO_LARGE,
        BAD_SEGMENT,
        BAD_KEY,
        NOT_CANONICAL,
        WRONG_PARTITION,
        NO_TAGS,
        BAD_TAGS,
        OUTSIDE_TAXONOMY,
        SNAPSHOT_SEALED,
        ROW_TOO_LARGE,
        BAD_CATALOG_EVENT
    }

    private final Reason reason;

    public Rejected(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The reason says all; a stack trace for each bad record would bury the log and slow the stream. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    public Reason reason() {
        return reason;
    }
}
