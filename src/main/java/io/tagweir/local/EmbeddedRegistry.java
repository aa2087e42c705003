package io.tagweir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A schema registry with the part of Confluent's REST interface that clients of Avro topics use, on 127.0.0.1 only and
 * without authentication. It stores its schemas in the topic {@code _schemas} of its broker, so they live as long as
 * the broker's directory.
 *
 * <p>Every subject has the compatibility level BACKWARD, Confluent's default. There are no other levels, deletes,
 * references, modes or contexts, and no schemas but Avro's.
 */
final class EmbeddedRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaTopic topic;
    private final RegistryRoutes routes;
    private final HttpServer http;
    private final ExecutorService threads;

    private EmbeddedRegistry(SchemaTopic topic, RegistryRoutes routes, HttpServer http) {
        this.topic = topic;
        this.routes = routes;
        this.http = http;
        // One thread for each open request: a client that stops half way blocks nobody else.
        this.threads = Executors.newCachedThreadPool(work -> {
            var thread = new Thread(work, "schema-registry");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Reads the broker's topic, then opens the port.
     *
     * @param wantedPort 0: a free one
     * @throws CannotStart if the port is taken
     */
    static EmbeddedRegistry start(String bootstrapServers, int wantedPort) {
        int port = Loopback.port(wantedPort, "--registry-port");
        SchemaTopic topic = SchemaTopic.open(bootstrapServers);
        try {
            var subjects = new Subjects(topic::write);
            topic.read(subjects::apply);
            var http = HttpServer.create(Loopback.at(port), 0);
            var registry = new EmbeddedRegistry(topic, new RegistryRoutes(subjects), http);
            http.createContext("/", registry::handle);
            http.setExecutor(registry.threads);
            http.start();
            return registry;
        } catch (IOException taken) {
            topic.close();
            throw Loopback.taken(port, "--registry-port");
        } catch (RuntimeException failed) {
            topic.close();
            throw failed;
        }
    }

    String url() {
        return "http://" + Loopback.HOST + ":" + http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        topic.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange, 200, routes.answer(RegistryRequest.read(exchange)));
            } catch (RegistryError refused) {
                refuse(exchange, refused);
            } catch (RuntimeException failed) {
                refuse(exchange, new RegistryError(500, 500, "the registry failed: " + failed));
            } catch (StackOverflowError deep) {
                // Avro parses and compares schemas recursively. Nothing has been changed at that point.
                refuse(exchange, RegistryError.invalidSchema("its types are nested too deeply"));
            }
        }
    }

    private static void refuse(HttpExchange exchange, RegistryError error) throws IOException {
        JsonNode body = JSON.createObjectNode().put("error_code", error.code()).put("message", error.getMessage());
        answer(exchange, error.status(), body);
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
