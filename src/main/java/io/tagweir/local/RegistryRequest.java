package io.tagweir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A request as the routes see it, read to its end.
 *
 * @param path its segments, each decoded
 * @param query as it came, empty where there was none
 */
record RegistryRequest(String method, List<String> path, String query, ByteBuffer body) {

    private static final int LARGEST = 4 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    static RegistryRequest read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            // A connection closed on what was sent but not read is reset, and takes the refusal with it.
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            throw RegistryError.tooLarge(LARGEST);
        }
        String query = exchange.getRequestURI().getRawQuery();
        List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(RegistryRequest::decoded)
                .toList();
        return new RegistryRequest(
                exchange.getRequestMethod(), path, query == null ? "" : query, ByteBuffer.wrap(body));
    }

    String part(int index) {
        return path.get(index);
    }

    /** Whether the query says {@code name=true}. */
    boolean asks(String name) {
        return Arrays.asList(query.split("&")).contains(name + "=true");
    }

    JsonNode json() {
        try {
            JsonNode json = JSON.readTree(new ByteBufferBackedInputStream(body.duplicate()));
            if (json.isObject()) {
                return json;
            }
        } catch (IOException notJson) {
            throw RegistryError.badRequest("the body is not JSON");
        }
        throw RegistryError.badRequest("the body is not a JSON object");
    }

    /** The schema in the body. */
    AvroText schema() {
        JsonNode json = json();
        String type = json.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") && !type.equals("null")) {
            throw RegistryError.invalidSchema("this registry knows AVRO alone, not " + type);
        }
        if (!json.path("references").isEmpty()) {
            throw RegistryError.invalidSchema("this registry knows no references; write the types out");
        }
        if (!json.path("schema").isTextual()) {
            throw RegistryError.invalidSchema("the body has no text named schema");
        }
        return AvroText.parse(json.path("schema").asText());
    }

    /** In a path a plus is a plus, whereas the decoder at hand is meant for forms. */
    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
