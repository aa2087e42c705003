package io.tagweir.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A response, complete before its first byte is sent, so that a failure to create it can still become a 500. */
final class ConsoleResponse {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new SimpleModule()
                    .addSerializer(Double.class, new FiniteOrNull<Double>())
                    .addSerializer(Float.class, new FiniteOrNull<Float>()));

    private final int status;
    private final String type;
    private final byte[] body;

    private ConsoleResponse(int status, String type, byte[] body) {
        this.status = status;
        this.type = type;
        this.body = body;
    }

    static ConsoleResponse json(int status, Map<String, ? extends @Nullable Object> fields) {
        try {
            return new ConsoleResponse(status, "application/json", JSON.writeValueAsBytes(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an endpoint returned a value that JSON can't represent", e);
        }
    }

    static ConsoleResponse refusal(int status, String reason) {
        return json(status, Map.of("reason", reason));
    }

    static ConsoleResponse text(String type, String text) {
        return new ConsoleResponse(200, type, text.getBytes(UTF_8));
    }

    void send(HttpExchange exchange) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Content-Security-Policy", WebPage.POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        headers.set("Vary", "Accept");
        if (status == 405) {
            headers.set("Allow", "GET, HEAD");
        }
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) { // The length of the response to GET, which the JDK's server does not set.
            headers.set("Content-Length", String.valueOf(body.length));
        }
        // To the JDK's server a length of 0 means chunked encoding, and -1 no body.
        boolean empty = body.length == 0 || isHead;
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Writes NaN and infinity, which JSON does not have, as null; Jackson would write the string {@code "NaN"}. */
    private static final class FiniteOrNull<N extends Number> extends JsonSerializer<N> {

        @Override
        public void serialize(N number, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (!Double.isFinite(number.doubleValue())) {
                json.writeNull();
            } else if (number instanceof Float) {
                json.writeNumber(number.floatValue());
            } else {
                json.writeNumber(number.doubleValue());
            }
        }
    }
}
