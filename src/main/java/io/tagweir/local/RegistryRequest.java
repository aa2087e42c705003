package io.tagweir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * A request to the registry, read to its end.
 *
 * @param path its segments, each decoded
 * @param body JSON; missing if the request has no body
 */
record RegistryRequest(String method, List<String> path, JsonNode body) {

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    static RegistryRequest read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            // Closing a connection with unread data resets it, and the client would never see the refusal.
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            throw new RegistryError(413, 413, "the request is larger than " + MAX_BYTES + " bytes");
        }
        List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(RegistryRequest::decoded)
                .toList();
        return new RegistryRequest(exchange.getRequestMethod(), path, json(body));
    }

    String part(int index) {
        return path.get(index);
    }

    /** The method and the path, with a star for each name, version and id, such as {@code GET subjects/*}. */
    String route() {
        boolean namesAreEven =
                !path.isEmpty() && Set.of("schemas", "compatibility").contains(path.get(0));
        var route = new ArrayList<>(path);
        for (int i = namesAreEven ? 2 : 1; i < path.size(); i += 2) {
            route.set(i, "*");
        }
        return method + " " + String.join("/", route);
    }

    /** The schema in the body. */
    Schema schema() {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") && !type.equals("null")) {
            throw RegistryError.invalidSchema("this registry supports AVRO only, not " + type);
        }
        if (!body.path("references").isEmpty()) {
            throw RegistryError.invalidSchema("this registry does not support references; write the types out");
        }
        if (!body.path("schema").isTextual()) {
            throw RegistryError.invalidSchema("the body has no string field named schema");
        }
        return SchemaVersion.parse(body.path("schema").asText());
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject() || json.isMissingNode()) {
                return json;
            }
        } catch (IOException notJson) {
            throw RegistryError.badRequest("the body is not JSON");
        }
        throw RegistryError.badRequest("the body is not a JSON object");
    }

    /** In a path a plus is a plus, but {@link URLDecoder}, made for forms, decodes it to a space. */
    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
