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
 * A schema registry that speaks the part of Confluent's REST interface that clients of Avro topics need, on 127.0.0.1
 * only and without log-in. Its schemas lie in the topic {@code _schemas} of the broker it is given, so they live as
 * long as the broker's directory.
 *
 * <p>Left out: Protobuf and JSON schemas, references between schemas, modes, contexts, permanent deletes.
 */
public final class EmbeddedRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaLog log;
    private final RegistryRoutes routes;
    private final HttpServer http;
    private final ExecutorService threads;

    private EmbeddedRegistry(SchemaLog log, RegistryRoutes routes, HttpServer http) {
        this.log = log;
        this.routes = routes;
        this.http = http;
        // As many threads as there are open requests: a client that stops half way holds up itself alone.
        this.threads = Executors.newCachedThreadPool(work -> {
            var thread = new Thread(work, "schema-registry");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Rebuilds what the broker's topic holds, then opens the port.
     *
     * @param port 0: a free one
     * @throws CannotStart where the port is taken
     */
    public static EmbeddedRegistry start(String bootstrapServers, int port) {
        int chosen = Loopback.port(port, "--registry-port");
        SchemaLog log = SchemaLog.open(bootstrapServers);
        try {
            var catalogue = new SchemaCatalogue(log::append);
            log.replay(catalogue::apply);
            var http = HttpServer.create(Loopback.at(chosen), 0);
            var registry = new EmbeddedRegistry(log, new RegistryRoutes(catalogue), http);
            http.createContext("/", registry::handle);
            http.setExecutor(registry.threads);
            http.start();
            return registry;
        } catch (IOException taken) {
            log.close();
            throw Loopback.taken(chosen, "--registry-port");
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    public String url() {
        return "http://" + Loopback.HOST + ":" + http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        log.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange, 200, routes.answer(RegistryRequest.read(exchange)));
            } catch (RegistryError refused) {
                refuse(exchange, refused);
            } catch (RuntimeException fault) {
                refuse(exchange, RegistryError.ownFault(fault));
            } catch (StackOverflowError deep) {
                // Avro reads and compares schemas by recursion; nothing has been changed by then.
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
