package io.tagweir.wire;

import io.tagweir.reason.Reason;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Fetches writer's schemas from the registry and parses them, with the schemas they refer to. Thread-safe.
 *
 * <p>Invalid names and invalid defaults are accepted, as by Confluent's registry: the records are already written, and
 * reading them needs neither.
 */
final class WriterSchemas {

    /** Most schemas that a schema may refer to, directly or not. */
    private static final int MAX_REFERENCES = 1_000;

    private final RegistryHttpClient http;

    WriterSchemas(RegistryHttpClient http) {
        this.http = http;
    }

    /**
     * The schema with this id.
     *
     * @throws SchemaRejectedException if the registry refuses; if it is not an Avro schema, as an unknown schema
     */
    Schema get(int id) {
        try {
            var response = fetch("/schemas/ids/" + id);
            var parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
            parseReferences(parser, response, new HashSet<>());
            return parse(parser, response);
        } catch (InvalidSchemaException reason) {
            throw new SchemaRejectedException(
                    200, SchemaRejectedException.SCHEMA_NOT_FOUND, "schema id " + id + " " + reason.getMessage());
        }
    }

    /** Parses the schemas that a schema refers to, which the parser must know first. */
    private void parseReferences(Schema.Parser parser, JsonNode response, Set<String> seen) throws InvalidSchemaException {
        for (var reference : response.path("references")) {
            // Also deleted ones: there are still records written with them.
            var path = "/subjects/" + RegistryHttpClient.encoded(reference.path("subject").asText()) + "/versions/"
                    + reference.path("version").asInt() + "?deleted=true";
            if (!seen.add(path)) {
                continue;
            }
            if (seen.size() > MAX_REFERENCES) {
                throw new InvalidSchemaException("refers to more than " + MAX_REFERENCES + " schemas");
            }
            var referenced = referenced(path, reference);
            parseReferences(parser, referenced, seen);
            parse(parser, referenced);
        }
    }

    private JsonNode referenced(String path, JsonNode reference) throws InvalidSchemaException {
        try {
            return fetch(path);
        } catch (SchemaRejectedException rejected) {
            if (rejected.unknownVersion()) {
                throw new InvalidSchemaException("refers to version "
                        + reference.path("version").asText() + " of "
                        + reference.path("subject").asText() + ", which does not exist: " + rejected.getMessage());
            }
            throw rejected;
        }
    }

    private JsonNode fetch(String path) throws InvalidSchemaException {
        try {
            return http.send(path, null);
        } catch (SchemaRejectedException rejected) {
            if (rejected.errorCode() == SchemaRejectedException.TOO_LONG) {
                throw new InvalidSchemaException("is too large: " + rejected.getMessage());
            }
            throw rejected;
        }
    }

    private static Schema parse(Schema.Parser parser, JsonNode response) throws InvalidSchemaException {
        var type = response.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new InvalidSchemaException("is of type " + type + "; expected AVRO");
        }
        try {
            return parser.parse(response.path("schema").asText());
        } catch (RuntimeException e) {
            // For some malformed schemas Avro's parser throws a ClassCastException or NullPointerException.
            throw new InvalidSchemaException("is not a valid Avro schema: " + Reason.of(e));
        } catch (StackOverflowError e) {
            throw new InvalidSchemaException("is nested too deeply");
        }
    }

    /** The registry's response is not a usable Avro schema. The message follows the id of the schema. */
    private static final class InvalidSchemaException extends Exception {

        private static final long serialVersionUID = 1L;

        InvalidSchemaException(String message) {
            super(message);
        }
    }
}
