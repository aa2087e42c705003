package io.tagweir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.avro.Schema;

/** The registry's paths and the answer to each. Thread-safe. */
final class RegistryRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LEVEL = "BACKWARD";

    private final Subjects subjects;

    RegistryRoutes(Subjects subjects) {
        this.subjects = subjects;
    }

    /** The body of the answer; throws {@link RegistryError} if the request is refused. */
    JsonNode answer(RegistryRequest request) {
        return switch (request.route()) {
            case "GET " -> JSON.createObjectNode();
            case "GET schemas/types" -> JSON.createArrayNode().add("AVRO");
            case "GET schemas/ids/*" -> schema(request.part(2));
            case "GET subjects" -> JSON.valueToTree(subjects.names());
            case "POST subjects/*" -> json(subjects.find(request.part(1), request.schema()));
            case "GET subjects/*/versions" -> versions(request.part(1));
            case "POST subjects/*/versions" ->
                JSON.createObjectNode().put("id", subjects.register(request.part(1), request.schema()));
            case "GET subjects/*/versions/*" -> json(subjects.version(request.part(1), request.part(3)));
            case "POST compatibility/subjects/*/versions/*" ->
                compatibility(request.schema(), subjects.version(request.part(2), request.part(4)));
            // Some clients ask for a subject's level before they register.
            case "GET config", "GET config/*" -> JSON.createObjectNode().put("compatibilityLevel", LEVEL);
            case "PUT config", "PUT config/*" ->
                setLevel(request.body().path("compatibility").asText());
            case "DELETE subjects/*", "DELETE subjects/*/versions/*" ->
                throw new RegistryError(
                        405,
                        405,
                        "this registry does not delete schemas; use another subject, or start it with an empty"
                                + " directory");
            default ->
                throw new RegistryError(
                        404,
                        404,
                        "HTTP 404 Not Found; this registry does not support " + request.method() + " on this path");
        };
    }

    private JsonNode versions(String subject) {
        return JSON.valueToTree(
                subjects.versions(subject).stream().map(SchemaVersion::version).toList());
    }

    private JsonNode schema(String id) {
        try {
            return JSON.createObjectNode().put("schema", subjects.schema(Integer.parseInt(id)));
        } catch (NumberFormatException e) {
            throw new RegistryError(404, 404, "HTTP 404 Not Found; " + id + " is not the id of a schema");
        }
    }

    private static JsonNode compatibility(Schema schema, SchemaVersion earlier) {
        String reasons = Subjects.incompatibilities(schema, earlier);
        var answer = JSON.createObjectNode().put("is_compatible", reasons.isEmpty());
        if (!reasons.isEmpty()) {
            answer.putArray("messages").add(reasons);
        }
        return answer;
    }

    private static JsonNode setLevel(String level) {
        if (!level.equalsIgnoreCase(LEVEL)) {
            throw new RegistryError(
                    422, 42203, "Invalid compatibility level: " + level + "; this registry supports BACKWARD only");
        }
        return JSON.createObjectNode().put("compatibility", LEVEL);
    }

    private static JsonNode json(SchemaVersion version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema());
    }
}
