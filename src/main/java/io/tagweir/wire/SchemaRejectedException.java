package io.tagweir.wire;

/**
 * The schema registry refused: the schema is unknown or incompatible, or the credentials are rejected. A retry would not
 * help.
 */
public final class SchemaRejectedException extends RuntimeException {

    /** Confluent's error code for "schema not found". */
    static final int SCHEMA_NOT_FOUND = 40403;

    /** Our own error code, for a response longer than any schema. */
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

    /** The same refusal with the stack trace of a later request. */
    SchemaRejectedException again() {
        return new SchemaRejectedException(status, errorCode, String.valueOf(getMessage()));
    }

    /** The same refusal, limited to the requested schema. */
    SchemaRejectedException asUnknown() {
        return new SchemaRejectedException(status, SCHEMA_NOT_FOUND, String.valueOf(getMessage()));
    }

    /** The HTTP status, for example 409 for a schema that is incompatible with earlier versions. */
    public int status() {
        return status;
    }

    /** The registry's error code, for example 40403; the HTTP status if it gave none. */
    public int errorCode() {
        return errorCode;
    }

    /**
     * Whether the registry does not know the schema. A bare 404 does not count: any web server sends it for a wrong
     * address, which must not be taken for bad records.
     */
    public boolean unknownSchema() {
        return errorCode == SCHEMA_NOT_FOUND;
    }

    /** Whether the registry does not know the subject or its version. */
    boolean unknownVersion() {
        return errorCode == SUBJECT_NOT_FOUND || errorCode == VERSION_NOT_FOUND || unknownSchema();
    }
}
