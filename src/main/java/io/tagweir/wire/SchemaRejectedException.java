package io.tagweir.wire;

/**
 * The schema registry answered, and the answer is no: an unknown schema, an incompatible one, credentials it does not
 * accept. Asking again would give the same.
 */
public final class SchemaRejectedException extends RuntimeException {

    /** Confluent's code for "schema not found". */
    static final int SCHEMA_NOT_FOUND = 40403;

    /** Ours, for an answer longer than any schema: no registry gives it. */
    static final int TOO_LONG = -1;

    private static final int SUBJECT_NOT_FOUND = 40401;
    private static final int VERSION_NOT_FOUND = 40402;

    private static final long serialVersionUID = 1L;

    private final int status;
    private final int errorCode;

    SchemaRejectedException(int status, int errorCode, String message) {
        super(message);
        this.status = status;
        this.errorCode = errorCode;
    }

    /** The same refusal for a later question: a stack trace tells of one call only. */
    SchemaRejectedException again() {
        return new SchemaRejectedException(status, errorCode, String.valueOf(getMessage()));
    }

    /** The same refusal, of the one schema that was asked for. */
    SchemaRejectedException asUnknown() {
        return new SchemaRejectedException(status, SCHEMA_NOT_FOUND, String.valueOf(getMessage()));
    }

    /** The HTTP status, for example 409 for a schema that is not compatible with its predecessors. */
    public int status() {
        return status;
    }

    /** The registry's own error code, for example 40403; the HTTP status where it gave none. */
    public int errorCode() {
        return errorCode;
    }

    /**
     * Whether the registry has no such schema for us. A bare 404 does not count: it is what any web server says to a
     * wrong address, and a wrong address must not pass for bad records.
     */
    public boolean unknownSchema() {
        return errorCode == SCHEMA_NOT_FOUND;
    }

    /** Whether the registry knows no such subject, or no such version of it. */
    boolean unknownVersion() {
        return errorCode == SUBJECT_NOT_FOUND || errorCode == VERSION_NOT_FOUND || unknownSchema();
    }
}
