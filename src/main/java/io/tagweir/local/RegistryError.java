package io.tagweir.local;

/**
 * A request that the registry refuses, with the HTTP status and error code that Confluent's registry gives.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Confluent's API</a>
 */
final class RegistryError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    RegistryError(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RegistryError badRequest(String why) {
        return new RegistryError(400, 400, why);
    }

    static RegistryError noSchema() {
        return new RegistryError(404, 40403, "Schema not found");
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(422, 42201, "Invalid schema: " + why);
    }

    static RegistryError notStored(String why) {
        return new RegistryError(500, 50001, "Error in the backend data store: " + why);
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }
}
