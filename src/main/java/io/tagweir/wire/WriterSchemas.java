package io.tagweir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Makes a writer's schema of what the registry hands out, with the types that it refers to. Any thread.
 *
 * <p>The records are there, so whatever says how to read them is accepted: names that Avro would not allow and defaults
 * that don't fit their field, neither of which a reader of records needs. Confluent's registry accepts both.
 */
final class WriterSchemas {

    /** Most schemas that one may refer to, at any distance. */
    private static final int MOST_REFERENCES = 1_000;

    private final RegistryHttpClient http;

    WriterSchemas(RegistryHttpClient http) {
        this.http = http;
    }

    /**
     * The schema with this id.
     *
     * @throws SchemaRejectedException where the registry refuses; where it is no Avro schema, as an unknown schema
     */
    Schema get(int id) {
        try {
            var answer = ask("/schemas/ids/" + id);
            var parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
            parseReferences(parser, answer, new HashSet<>());
            return parse(parser, answer);
        } catch (NoAvro reason) {
            throw new SchemaRejectedException(
                    200, SchemaRejectedException.SCHEMA_NOT_FOUND, "schema id " + id + " " + reason.getMessage());
        }
    }

    /** Types that a schema uses and the registry keeps apart; they have to be known to the parser before it. */
    private void parseReferences(Schema.Parser parser, JsonNode answer, Set<String> seen) throws NoAvro {
        for (var reference : answer.path("references")) {
            // Deleted ones as well: records that were written with them are still there.
            var path = "/subjects/" + encoded(reference.path("subject").asText()) + "/versions/"
                    + reference.path("version").asInt() + "?deleted=true";
            if (!seen.add(path)) {
                continue;
            }
            if (seen.size() > MOST_REFERENCES) {
                throw new NoAvro("refers to more than " + MOST_REFERENCES + " schemas");
            }
            var referred = referred(path, reference);
            parseReferences(parser, referred, seen);
            parse(parser, referred);
        }
    }

    private JsonNode referred(String path, JsonNode reference) throws NoAvro {
        try {
            return ask(path);
        } catch (SchemaRejectedException rejected) {
            if (rejected.unknownVersion()) {
                throw new NoAvro("refers to version "
                        + reference.path("version").asText() + " of "
                        + reference.path("subject").asText() + ", which is not there: " + rejected.getMessage());
            }
            throw rejected;
        }
    }

    private JsonNode ask(String path) throws NoAvro {
        try {
            return http.ask(path, null);
        } catch (SchemaRejectedException rejected) {
            if (rejected.errorCode() == SchemaRejectedException.TOO_LONG) {
                throw new NoAvro("is too large: " + rejected.getMessage());
            }
            throw rejected;
        }
    }

    private static Schema parse(Schema.Parser parser, JsonNode answer) throws NoAvro {
        var type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new NoAvro("is not Avro but " + type);
        }
        try {
            return parser.parse(answer.path("schema").asText());
        } catch (RuntimeException e) {
            // Avro's parser meets some malformed schemas with a cast or a null that fails rather than its own
            // exception.
            throw new NoAvro("is no valid Avro schema: " + Reasons.of(e));
        } catch (StackOverflowError e) {
            throw new NoAvro("is nested too deeply to be parsed");
        }
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What the registry handed out can't be read as an Avro schema. */
    private static final class NoAvro extends Exception {

        private static final long serialVersionUID = 1L;

        NoAvro(String message) {
            super(message);
        }
    }
}
