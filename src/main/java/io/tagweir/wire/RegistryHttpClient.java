package io.tagweir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
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
 * Questions to the registry over HTTP: every address in turn, again and again with growing pauses, until one answers or
 * the deadline has passed. Any thread; the caller waits.
 */
final class RegistryHttpClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration A_MOMENT = Duration.ofMillis(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

    private final RegistrySettings settings;
    private final HttpClient http;

    /** Index of the address that answered last: the next question starts there. */
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
     * The registry's answer.
     *
     * @param path below the base address, already encoded
     * @param body to POST; null: GET
     * @throws SchemaRejectedException when the registry refuses
     * @throws RegistryUnavailableException when no address gave an answer before the deadline
     */
    JsonNode ask(String path, @Nullable String body) {
        long begun = System.nanoTime();
        for (var backoff = settings.retryBackoff(); ; backoff = longer(backoff)) {
            Failure last = null;
            int first = current;
            for (int i = 0; i < settings.urls().size(); i++) {
                int index = (first + i) % settings.urls().size();
                var left = settings.deadline().minusNanos(System.nanoTime() - begun);
                if (last != null && (left.isNegative() || left.isZero())) {
                    break;
                }
                try {
                    var answer = attempt(settings.urls().get(index), path, body, left);
                    current = index;
                    return answer;
                } catch (Failure failure) {
                    last = failure;
                }
            }
            pause(backoff, begun, last);
        }
    }

    /** What is wrong at each address, after one attempt each; empty as soon as one answers as a registry does. */
    List<String> ping(String path) {
        var problems = new ArrayList<String>();
        for (var url : settings.urls()) {
            try {
                attempt(url, path, null, settings.requestTimeout());
                return List.of();
            } catch (Failure failure) {
                problems.add(failure.getMessage());
            } catch (SchemaRejectedException rejected) {
                problems.add(rejected.getMessage());
            }
        }
        return List.copyOf(problems);
    }

    private JsonNode attempt(URI base, String path, @Nullable String body, Duration left) throws Failure {
        var limit = shorter(left.isNegative() || left.isZero() ? A_MOMENT : left, settings.requestTimeout());
        var request = HttpRequest.newBuilder(address(base, path))
                .timeout(limit)
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
            return read(BoundedBodySubscriber.to(request.build(), http, limit), where, credentials != null);
        } catch (BoundedBodySubscriber.TooLong e) {
            throw new SchemaRejectedException(
                    200,
                    SchemaRejectedException.TOO_LONG,
                    where + " answers " + path + " at length: " + e.getMessage());
        } catch (HttpTimeoutException e) {
            throw new Failure(where + " did not answer in time", e);
        } catch (SSLException e) {
            throw new Failure(where + " can't be trusted or spoken to over TLS: " + Reason.of(e), e);
        } catch (ConnectException e) {
            boolean unresolved = e.getCause() != null && hasCause(e, UnresolvedAddressException.class);
            throw new Failure(
                    where + (unresolved ? " can't be found: its host name does not resolve" : " refuses connections"),
                    e);
        } catch (IOException e) {
            throw new Failure(where + " can't be reached: " + Reason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while asking " + where, e);
        }
    }

    private static JsonNode read(HttpResponse<String> response, String where, boolean withCredentials) throws Failure {
        int status = response.statusCode();
        if (status / 100 == 5 || status == 429 || status == 408) {
            throw new Failure(where + " answers " + status + ": " + message(response), null);
        }
        if (status == 401 || status == 403) {
            var why = withCredentials || status == 403 ? " does not accept the credentials" : " asks for credentials";
            throw new SchemaRejectedException(status, status, where + why + " (" + status + ")");
        }
        if (status / 100 != 2) {
            throw new SchemaRejectedException(
                    status, code(response), where + " answers " + status + ": " + message(response));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new Failure(where + " does not answer in JSON: is it a schema registry?", e);
        }
    }

    private static int code(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body()).path("error_code").asInt(response.statusCode());
        } catch (JsonProcessingException notTheRegistry) {
            return response.statusCode();
        }
    }

    private static String message(HttpResponse<String> response) {
        var text = response.body();
        try {
            text = JSON.readTree(text).path("message").asText(text);
        } catch (JsonProcessingException notTheRegistry) {
            // A proxy's error page; its text is the best reason there is.
        }
        return Reasons.line(text);
    }

    private void pause(Duration backoff, long begun, @Nullable Failure last) {
        var left = settings.deadline().minusNanos(System.nanoTime() - begun);
        // Spread, so that the members of a group do not come back to an ailing registry in step.
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

    private static URI address(URI base, String path) {
        return URI.create(RegistrySettings.shown(base) + path);
    }

    private static Duration longer(Duration backoff) {
        return shorter(backoff.multipliedBy(2), LONGEST_BACKOFF);
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

    /** One attempt that may go better the next time. */
    private static final class Failure extends Exception {

        private static final long serialVersionUID = 1L;

        Failure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
