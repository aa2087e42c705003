package io.tagweir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of the registry: tries every address in turn, and again with exponential backoff, until one answers or
 * the deadline passes. Thread-safe; blocks the caller.
 */
final class RegistryHttpClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(2);

    private final RegistrySettings settings;
    private final HttpClient http;

    /** Index of the address that answered last, which the next request tries first. */
    private volatile int current;

    RegistryHttpClient(RegistrySettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.requestTimeout())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .sslContext(RegistryTls.context(settings.trust(), settings.identity()))
                .build();
    }

    /**
     * Sends a request and returns the response.
     *
     * @param path below the base address, already encoded
     * @param body to POST; null for GET
     * @throws SchemaRejectedException if the registry refuses
     * @throws RegistryUnavailableException if no address answered before the deadline
     */
    JsonNode send(String path, @Nullable String body) {
        long started = System.nanoTime();
        for (var backoff = settings.retryBackoff(); ; backoff = longer(backoff)) {
            AttemptFailedException last = null;
            int first = current;
            for (int i = 0; i < settings.urls().size(); i++) {
                int index = (first + i) % settings.urls().size();
                var left = settings.deadline().minusNanos(System.nanoTime() - started);
                if (last != null && (left.isNegative() || left.isZero())) {
                    break;
                }
                try {
                    var response = attempt(settings.urls().get(index), path, body, left);
                    current = index;
                    return response;
                } catch (AttemptFailedException failure) {
                    last = failure;
                }
            }
            pause(backoff, started, last);
        }
    }

    /** Tries each address once: the problem of each, or an empty list as soon as one answers as a registry does. */
    List<String> ping(String path) {
        var problems = new ArrayList<String>();
        for (var url : settings.urls()) {
            try {
                attempt(url, path, null, settings.requestTimeout());
                return List.of();
            } catch (AttemptFailedException failure) {
                problems.add(failure.getMessage());
            } catch (SchemaRejectedException rejected) {
                problems.add(rejected.getMessage());
            }
        }
        return List.copyOf(problems);
    }

    private JsonNode attempt(URI base, String path, @Nullable String body, Duration left) throws AttemptFailedException {
        var timeout = shorter(left.isNegative() || left.isZero() ? MIN_TIMEOUT : left, settings.requestTimeout());
        var request = HttpRequest.newBuilder(address(base, path))
                .timeout(timeout)
                .header("Accept", MEDIA_TYPE + ", application/json");
        var credentials = settings.userInfo() != null ? settings.userInfo().value() : base.getUserInfo();
        if (credentials != null) {
            var encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + encoded);
        }
        if (body != null) {
            request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(body));
        }
        var where = "the schema registry at " + RegistrySettings.shown(base);
        try {
            return read(BoundedBodySubscriber.send(request.build(), http, timeout), where, credentials != null);
        } catch (BoundedBodySubscriber.BodyTooLongException e) {
            throw new SchemaRejectedException(
                    200,
                    SchemaRejectedException.TOO_LONG,
                    where + " sends too much for " + path + ": " + e.getMessage());
        } catch (HttpTimeoutException e) {
            throw new AttemptFailedException(where + " did not answer in time", e);
        } catch (SSLException e) {
            throw new AttemptFailedException(where + " can't be reached over TLS: " + Reason.of(e), e);
        } catch (ConnectException e) {
            boolean unresolved = e.getCause() != null && hasCause(e, UnresolvedAddressException.class);
            throw new AttemptFailedException(
                    where + (unresolved ? " can't be reached: the host name does not resolve" : " refuses connections"),
                    e);
        } catch (IOException e) {
            throw new AttemptFailedException(where + " can't be reached: " + Reason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while waiting for " + where, e);
        }
    }

    private static JsonNode read(HttpResponse<String> response, String where, boolean withCredentials) throws AttemptFailedException {
        int status = response.statusCode();
        if (status / 100 == 5 || status == 429 || status == 408) {
            throw new AttemptFailedException(where + " answers " + status + ": " + message(response), null);
        }
        if (status == 401 || status == 403) {
            var why = withCredentials || status == 403 ? " rejects the credentials" : " requires credentials";
            throw new SchemaRejectedException(status, status, where + why + " (" + status + ")");
        }
        if (status / 100 != 2) {
            throw new SchemaRejectedException(
                    status, code(response), where + " answers " + status + ": " + message(response));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AttemptFailedException(where + " does not answer with JSON; is it a schema registry?", e);
        }
    }

    private static int code(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body()).path("error_code").asInt(response.statusCode());
        } catch (JsonProcessingException notARegistry) {
            return response.statusCode();
        }
    }

    private static String message(HttpResponse<String> response) {
        var text = response.body();
        try {
            text = JSON.readTree(text).path("message").asText(text);
        } catch (JsonProcessingException notARegistry) {
            // Perhaps a proxy's error page. Its text is the best reason available.
        }
        return Reason.oneLine(text);
    }

    private void pause(Duration backoff, long started, @Nullable AttemptFailedException last) {
        var left = settings.deadline().minusNanos(System.nanoTime() - started);
        // Jitter, so that the members of a group do not retry at the same time.
        var wait = Duration.ofNanos(
                (long) (backoff.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
        if (last != null && left.compareTo(wait) <= 0) {
            throw new RegistryUnavailableException(
                    last.getMessage() + "; gave up after " + settings.deadline().toMillis() + " ms", last);
        }
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while waiting for the schema registry", e);
        }
    }

    /** A subject as a path segment. */
    static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI address(URI base, String path) {
        return URI.create(RegistrySettings.shown(base) + path);
    }

    private static Duration longer(Duration backoff) {
        return shorter(backoff.multipliedBy(2), MAX_BACKOFF);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    /** One attempt failed; another may succeed. */
    private static final class AttemptFailedException extends Exception {

        private static final long serialVersionUID = 1L;

        AttemptFailedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
