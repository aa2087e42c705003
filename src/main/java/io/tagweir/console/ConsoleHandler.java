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
 * Every path of the console. Read-only: {@code GET} and {@code HEAD}, nothing else. Stateless, on any of the console's
 * threads.
 *
 * <p>A view that fails is logged once, here, and answered with 500 and no more than that; a client that goes away while
 * it is answered is the server's business.
 */
final class ConsoleHandler implements HttpHandler {

    /** Longest query that is looked up, in UTF-16 units; far beyond what anyone types. */
    static final int LONGEST_QUERY = 1024;

    static final int LONGEST_SEGMENT = 256;

    /** Room for {@link #LONGEST_QUERY} where each unit takes nine characters of percent encoding, and the rest. */
    static final int LONGEST_TARGET = 16 * 1024;

    /** All names and values of a request's headers together, in characters. */
    static final int LARGEST_HEADERS = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleHandler.class);

    private final AllowedHosts hosts;
    private final Endpoints views;

    ConsoleHandler(AllowedHosts hosts, Endpoints views) {
        this.hosts = hosts;
        this.views = views;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        }
    }

    private ConsoleResponse answer(HttpExchange exchange) {
        var target = exchange.getRequestURI();
        if (target.toString().length() > LONGEST_TARGET) {
            return ConsoleResponse.refusal(414, "the address is longer than " + LONGEST_TARGET + " characters");
        }
        if (sizeOf(exchange.getRequestHeaders()) > LARGEST_HEADERS) {
            return ConsoleResponse.refusal(431, "the headers are larger than " + LARGEST_HEADERS + " characters");
        }
        var headers = exchange.getRequestHeaders();
        var stranger = hosts.refusal(
                exchange.getProtocol(),
                headers.getOrDefault("Host", List.of()),
                target.getRawAuthority(),
                exchange.getLocalAddress().getAddress());
        if (stranger.isPresent()) {
            return stranger.get();
        }
        if (!exchange.getRequestMethod().equals("GET")
                && !exchange.getRequestMethod().equals("HEAD")) {
            return ConsoleResponse.refusal(405, "only GET and HEAD are answered here");
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
                            format.contentType(), views.metrics().apply(format));
                }
                case "/api/status" -> ConsoleResponse.json(200, views.status().get());
                case "/api/lookup" -> lookup(target.getRawQuery());
                default ->
                    ConsoleResponse.refusal(
                            404,
                            "nothing here; there are /, /health/live, /health/ready, /metrics, /api/status and /api/lookup");
            };
        } catch (UnavailableException unavailable) {
            return ConsoleResponse.refusal(503, unavailable.reason());
        } catch (RuntimeException failure) {
            LOG.error("{} could not be answered", path, failure);
            return ConsoleResponse.refusal(500, "this could not be answered; the log says why");
        }
    }

    private ConsoleResponse health(boolean askedForReady) {
        var health = views.health().get();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("live", health.live());
        fields.put("ready", health.ready());
        fields.put("state", health.state());
        fields.put("details", health.details());
        return ConsoleResponse.json((askedForReady ? health.ready() : health.live()) ? 200 : 503, fields);
    }

    private ConsoleResponse lookup(@Nullable String rawQuery) {
        try {
            return lookup(parameter(rawQuery, "q"), parameter(rawQuery, "segment"));
        } catch (InvalidInputException e) {
            return ConsoleResponse.refusal(400, "query or segment is " + e.getMessage());
        }
    }

    private ConsoleResponse lookup(@Nullable String query, @Nullable String segment) {
        if (query == null || query.isBlank()) {
            return ConsoleResponse.refusal(
                    400, "there is no query: ask with ?q=QUERY, and &segment=SEGMENT if it has one");
        }
        if (query.length() > LONGEST_QUERY) {
            return ConsoleResponse.refusal(400, "the query is longer than " + LONGEST_QUERY + " characters");
        }
        if (segment != null && segment.length() > LONGEST_SEGMENT) {
            return ConsoleResponse.refusal(400, "the segment is longer than " + LONGEST_SEGMENT + " characters");
        }
        return ConsoleResponse.json(200, views.lookup().apply(segment == null ? "" : segment, query));
    }

    /** The first value of a parameter, decoded; the server has refused malformed percent encoding before. */
    private static @Nullable String parameter(@Nullable String rawQuery, String name) throws InvalidInputException {
        if (rawQuery == null) {
            return null;
        }
        int from = 0;
        while (from <= rawQuery.length()) {
            int to = rawQuery.indexOf('&', from);
            to = to < 0 ? rawQuery.length() : to;
            if (rawQuery.startsWith(name + "=", from)) {
                // Its bytes first: a decoder of UTF-8 would put U+FFFD where they are none.
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
