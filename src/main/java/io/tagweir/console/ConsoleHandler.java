package io.tagweir.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.Utf8;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the requests to every path of the console. Read-only: {@code GET} and {@code HEAD}. Called by any of the
 * console's threads.
 *
 * <p>A failure of an endpoint is logged once, here, and answered with 500 without details. A client that disconnects is
 * left to the server.
 */
final class ConsoleHandler implements HttpHandler {

    /** Longest query, in UTF-16 units; far longer than anyone types. */
    static final int MAX_QUERY_LENGTH = 1024;

    static final int MAX_SEGMENT_LENGTH = 256;

    /** Room for {@link #MAX_QUERY_LENGTH}, with nine characters of percent encoding per unit, and for the rest. */
    static final int MAX_TARGET_LENGTH = 16 * 1024;

    /** Total length of a request's header names and values, in characters. */
    static final int MAX_HEADERS_LENGTH = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleHandler.class);

    private final AllowedHosts hosts;
    private final Endpoints endpoints;

    ConsoleHandler(AllowedHosts hosts, Endpoints endpoints) {
        this.hosts = hosts;
        this.endpoints = endpoints;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        }
    }

    private ConsoleResponse answer(HttpExchange exchange) {
        var target = exchange.getRequestURI();
        if (target.toString().length() > MAX_TARGET_LENGTH) {
            return ConsoleResponse.refusal(414, "the address is longer than " + MAX_TARGET_LENGTH + " characters");
        }
        if (sizeOf(exchange.getRequestHeaders()) > MAX_HEADERS_LENGTH) {
            return ConsoleResponse.refusal(431, "the headers are longer than " + MAX_HEADERS_LENGTH + " characters");
        }
        var headers = exchange.getRequestHeaders();
        var refusal = hosts.refusal(
                exchange.getProtocol(),
                headers.getOrDefault("Host", List.of()),
                target.getRawAuthority(),
                exchange.getLocalAddress().getAddress());
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (!exchange.getRequestMethod().equals("GET")
                && !exchange.getRequestMethod().equals("HEAD")) {
            return ConsoleResponse.refusal(405, "the method is not allowed; use GET or HEAD");
        }
        var path = String.valueOf(target.getRawPath());
        try {
            return switch (path) {
                case "/" -> ConsoleResponse.text("text/html; charset=utf-8", WebPage.HTML);
                case "/health/live" -> health(false);
                case "/health/ready" -> health(true);
                case "/metrics" -> {
                    var format = MetricsFormat.preferred(headers.getOrDefault("Accept", List.of()));
                    yield ConsoleResponse.text(
                            format.contentType(), endpoints.metrics().apply(format));
                }
                case "/api/status" ->
                    ConsoleResponse.json(200, endpoints.status().get());
                case "/api/lookup" -> lookup(target.getRawQuery());
                default ->
                    ConsoleResponse.refusal(
                            404,
                            "no such path; there are /, /health/live, /health/ready, /metrics, /api/status and /api/lookup");
            };
        } catch (UnavailableException unavailable) {
            return ConsoleResponse.refusal(503, unavailable.reason());
        } catch (RuntimeException failure) {
            LOG.error("a request to {} failed", path, failure);
            return ConsoleResponse.refusal(500, "internal error; see the log");
        }
    }

    private ConsoleResponse health(boolean readiness) {
        var health = endpoints.health().get();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("live", health.live());
        fields.put("ready", health.ready());
        fields.put("state", health.state());
        fields.put("details", health.details());
        return ConsoleResponse.json((readiness ? health.ready() : health.live()) ? 200 : 503, fields);
    }

    private ConsoleResponse lookup(@Nullable String rawQuery) {
        try {
            return lookup(parameter(rawQuery, "q"), parameter(rawQuery, "segment"));
        } catch (InvalidInputException e) {
            return ConsoleResponse.refusal(400, "the query or the segment is " + e.getMessage());
        }
    }

    private ConsoleResponse lookup(@Nullable String query, @Nullable String segment) {
        if (query == null || query.isBlank()) {
            return ConsoleResponse.refusal(
                    400, "the query is missing; expected ?q=QUERY, and &segment=SEGMENT if it has one");
        }
        if (query.length() > MAX_QUERY_LENGTH) {
            return ConsoleResponse.refusal(400, "the query is longer than " + MAX_QUERY_LENGTH + " characters");
        }
        if (segment != null && segment.length() > MAX_SEGMENT_LENGTH) {
            return ConsoleResponse.refusal(400, "the segment is longer than " + MAX_SEGMENT_LENGTH + " characters");
        }
        return ConsoleResponse.json(200, endpoints.lookup().apply(segment == null ? "" : segment, query));
    }

    /** The first value of a parameter, decoded. The server has already refused malformed percent encoding. */
    private static @Nullable String parameter(@Nullable String rawQuery, String name) throws InvalidInputException {
        if (rawQuery == null) {
            return null;
        }
        int from = 0;
        while (from <= rawQuery.length()) {
            int to = rawQuery.indexOf('&', from);
            to = to < 0 ? rawQuery.length() : to;
            if (rawQuery.startsWith(name + "=", from)) {
                // To bytes first: URLDecoder would replace invalid UTF-8 by U+FFFD.
                byte[] bytes = URLDecoder.decode(rawQuery.substring(from + name.length() + 1, to), ISO_8859_1)
                        .getBytes(ISO_8859_1);
                return new Utf8().decode(bytes, bytes.length);
            }
            from = to + 1;
        }
        return null;
    }

    private static long sizeOf(Headers headers) {
        long size = 0;
        for (var header : headers.entrySet()) {
            for (var value : header.getValue()) {
                size += header.getKey().length() + (long) value.length();
            }
        }
        return size;
    }
}
