package io.tagweir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The paths of the registry and what each answers. Any thread may ask; what state there is lies in the catalogue. */
final class RegistryRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaCatalogue catalogue;
    private final List<Route> routes;

    RegistryRoutes(SchemaCatalogue catalogue) {
        this.catalogue = catalogue;
        this.routes = List.of(
                new Route("GET", "", asked -> JSON.createObjectNode()),
                new Route("GET", "subjects", asked -> JSON.valueToTree(catalogue.subjects())),
                new Route("POST", "subjects/*", this::find),
                new Route("DELETE", "subjects/*", this::delete),
                new Route("GET", "subjects/*/versions", this::versions),
                new Route("POST", "subjects/*/versions", this::register),
                new Route("GET", "subjects/*/versions/*", this::version),
                new Route("GET", "schemas/ids/*", this::schema),
                new Route(
                        "GET", "schemas/types", asked -> JSON.createArrayNode().add("AVRO")),
                new Route("GET", "config", asked -> level(catalogue.level())),
                new Route("PUT", "config", asked -> setLevel(asked, null)),
                new Route("GET", "config/*", this::levelOf),
                new Route("PUT", "config/*", asked -> setLevel(asked, asked.part(1))),
                new Route("POST", "compatibility/subjects/*/versions/*", this::compatible));
    }

    /** The answer's body; throws {@link RegistryError} where the request is refused. */
    JsonNode answer(RegistryRequest asked) {
        boolean pathKnown = false;
        for (Route route : routes) {
            if (route.leads(asked.path())) {
                pathKnown = true;
                if (route.method().equals(asked.method())) {
                    return route.answer().to(asked);
                }
            }
        }
        throw pathKnown ? RegistryError.noSuchMethod() : RegistryError.noSuchPath();
    }

    private JsonNode register(RegistryRequest asked) {
        return JSON.createObjectNode().put("id", catalogue.register(asked.part(1), asked.schema()));
    }

    private JsonNode find(RegistryRequest asked) {
        return json(catalogue.find(asked.part(1), asked.schema()));
    }

    private JsonNode versions(RegistryRequest asked) {
        return JSON.valueToTree(catalogue.versions(asked.part(1)).stream()
                .map(SchemaVersion::version)
                .toList());
    }

    private JsonNode version(RegistryRequest asked) {
        return json(catalogue.version(asked.part(1), asked.part(3)));
    }

    private JsonNode delete(RegistryRequest asked) {
        if (asked.asks("permanent")) {
            throw RegistryError.badRequest(
                    "this registry keeps what it has given an id; delete without permanent=true");
        }
        return JSON.valueToTree(catalogue.delete(asked.part(1)));
    }

    private JsonNode schema(RegistryRequest asked) {
        try {
            AvroText schema = catalogue.schema(Integer.parseInt(asked.part(2)));
            return JSON.createObjectNode().put("schema", schema.text());
        } catch (NumberFormatException notAnId) {
            throw RegistryError.noSuchPath();
        }
    }

    private JsonNode compatible(RegistryRequest asked) {
        List<String> reasons = catalogue.against(asked.part(2), asked.part(4), asked.schema());
        ObjectNode answer = JSON.createObjectNode().put("is_compatible", reasons.isEmpty());
        if (asked.asks("verbose")) {
            answer.set("messages", JSON.valueToTree(reasons));
        }
        return answer;
    }

    private JsonNode levelOf(RegistryRequest asked) {
        String subject = asked.part(1);
        return level(asked.asks("defaultToGlobal") ? catalogue.levelFor(subject) : catalogue.ownLevel(subject));
    }

    private JsonNode setLevel(RegistryRequest asked, @Nullable String subject) {
        Compatibility level =
                Compatibility.named(asked.json().path("compatibility").asText());
        catalogue.level(subject, level);
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private static JsonNode level(Compatibility level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static JsonNode json(SchemaVersion version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema().text());
    }

    private interface Answer {
        JsonNode to(RegistryRequest asked);
    }

    /** @param shape segments of the path, a star for any one */
    private record Route(String method, String shape, Answer answer) {

        boolean leads(List<String> path) {
            List<String> segments = shape.isEmpty() ? List.of() : List.of(shape.split("/"));
            if (segments.size() != path.size()) {
                return false;
            }
            for (int i = 0; i < segments.size(); i++) {
                if (!segments.get(i).equals("*") && !segments.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }
}
