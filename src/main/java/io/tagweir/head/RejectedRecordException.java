package io.tagweir.head;

/**
 * An invalid record. It is written to the dead-letter topic with the reason, and processing continues.
 *
 * <p>A subclass of Kafka's {@code SerializationException}, so that deserializers can throw it, too.
 */
public final class RejectedRecordException extends org.apache.kafka.common.errors.SerializationException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the record; the tag of the dead-letter meter. */
    public enum Rejection {
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

    private final Rejection reason;

    public RejectedRecordException(Rejection reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** No stack trace: one per bad record would flood the log and slow down the stream. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    public Rejection reason() {
        return reason;
    }
}
