package io.tagweir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry in memory, over real HTTP, which can be told to misbehave: answers queued with {@link #next} are
 * given first, in order. It accepts any schema and checks no compatibility.
 */
public final class ScriptedRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What it was asked: method and path, the query behind it, some headers, the body. */
    public record Asked(
            String what,
            @Nullable String query,
            @Nullable String authorization,
            @Nullable String contentType,
            String body) {}

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<String> schemas = new ArrayList<>();
    private final Map<Integer, String> planted = new ConcurrentHashMap<>();
    private final Map<String, Integer> subjects = new ConcurrentHashMap<>();

    public ScriptedRegistry() {
        this(null);
    }

    /** With {@code tls} over HTTPS, and clients have to show a certificate. */
    ScriptedRegistry(@Nullable SSLContext tls) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                var https = HttpsServer.create(address, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var wanted = tls.getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
                server = https;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return (server instanceof HttpsServer ? "https" : "http") + "://localhost:"
                + server.getAddress().getPort();
    }

    /** Settings of a client or serde for it, with short waits. */
    public Map<String, Object> config() {
        return Map.of(WireConfig.URL, url(), WireConfig.DEADLINE, 5_000);
    }

    ScriptedRegistry next(int status, String body) {
        script.add(new Answer(status, body));
        return this;
    }

    /** Answers an id with this text, whatever it is. */
    void plant(int id, String answer) {
        planted.put(id, answer);
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    Stream<String> paths() {
        return asked.stream().map(Asked::what);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var headers = exchange.getRequestHeaders();
            var what =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
            var query = exchange.getRequestURI().getRawQuery();
            asked.add(
                    new Asked(what, query, headers.getFirst("Authorization"), headers.getFirst("Content-Type"), body));
            var scripted = script.poll();
            var answer = scripted == null ? answer(what, body) : scripted;
            var bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Answer answer(String what, String body) throws IOException {
        var parts = what.split("/", -1);
        if (what.startsWith("GET /schemas/ids/")) {
            int id = Integer.parseInt(parts[3]);
            if (planted.containsKey(id)) {
                return new Answer(200, planted.get(id));
            }
            return id >= 1 && id <= schemas.size()
                    ? ok(Map.of("schema", schemas.get(id - 1)))
                    : notFound("Schema " + id + " not found");
        }
        if (what.startsWith("POST /subjects/")) {
            JsonNode schema = JSON.readTree(body).path("schema");
            var known = subjects.get(parts[2] + " " + schema.asText());
            if (what.endsWith("/versions") && known == null) {
                if (!schemas.contains(schema.asText())) {
                    schemas.add(schema.asText());
                }
                known = schemas.indexOf(schema.asText()) + 1;
                subjects.put(parts[2] + " " + schema.asText(), known);
            }
            return known == null ? notFound("Schema not found") : ok(Map.of("id", known));
        }
        return what.equals("GET /subjects") ? ok(List.of()) : new Answer(404, "not here");
    }

    private static Answer ok(Object body) throws IOException {
        return new Answer(200, JSON.writeValueAsString(body));
    }

    private static Answer notFound(String message) throws IOException {
        return new Answer(404, JSON.writeValueAsString(Map.of("error_code", 40403, "message", message)));
    }
}
