package io.tagweir.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ConsoleTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String SCRIPT = "<script>alert(\"1\")</script>";

    private final HttpClient client = HttpClient.newHttpClient();

    private Health health = new Health(true, true, "RUNNING", Map.of());
    private Supplier<Map<String, Object>> status = Map::of;
    private BiFunction<String, String, Map<String, Object>> lookup = (segment, query) -> Map.of();
    private Console console;

    @BeforeEach
    void start() throws IOException {
        console = start(ANY_PORT);
    }

    private Console start(InetSocketAddress address) throws IOException {
        return Console.start(address, Set.of("Console.Example"), endpoints());
    }

    @AfterEach
    void close() {
        console.close();
    }

    private Endpoints endpoints() {
        return new Endpoints(
                () -> health,
                format -> "# HELP queries_total Queries.\nqueries_total 7.0\n"
                        + (format == MetricsFormat.OPEN_METRICS ? "# EOF\n" : ""),
                (segment, query) -> lookup.apply(segment, query),
                () -> status.get());
    }

    @Test
    void pageIsHtmlThatMayRunOnlyItsOwnScript() throws Exception {
        var answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(answer, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(answer.body()).startsWith("<!doctype html>").contains("Look up a query");
    }

    @Test
    void readyInstanceIsLiveAndReady() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void rebalancingInstanceIsLiveAndNotReady() throws Exception {
        var details = new LinkedHashMap<String, String>();
        details.put("restoring", "head-tags-3");
        details.put("behind", "12000");
        health = new Health(true, false, "REBALANCING", details);

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        var ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body())
                .isEqualTo("{\"live\":true,\"ready\":false,\"state\":\"REBALANCING\","
                        + "\"details\":{\"restoring\":\"head-tags-3\",\"behind\":\"12000\"}}");
    }

    @Test
    void failedInstanceIsNeitherLiveNorReady() throws Exception {
        health = new Health(false, false, "ERROR", Map.of());

        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void metricsComeInPrometheusText() throws Exception {
        var answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).isEqualTo("# HELP queries_total Queries.\nqueries_total 7.0\n");
    }

    /** What Prometheus 2 and 3 send, a browser, curl, and a client that has no wish. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
                        + " | OPEN_METRICS",
                "Application/OpenMetrics-Text ; version=1.0.0 | OPEN_METRICS",
                "application/openmetrics-text;version=0.0.1 | PROMETHEUS",
                "application/openmetrics-text;q=0, text/plain | PROMETHEUS",
                "application/openmetrics-text;q=0.3, text/plain;q=0.9 | PROMETHEUS",
                "application/openmetrics-text;q=high | PROMETHEUS",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | PROMETHEUS",
                "*/* | PROMETHEUS",
                "application/json | PROMETHEUS",
                "'' | PROMETHEUS"
            })
    void metricsComeInTheFormatTheClientWouldRatherHave(String accept, MetricsFormat format) throws Exception {
        var answer = send(request("/metrics").header("Accept", accept));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo(format.contentType());
        assertThat(header(answer, "Vary")).isEqualTo("Accept");
        assertThat(answer.body().endsWith("# EOF\n")).isEqualTo(format == MetricsFormat.OPEN_METRICS);
    }

    @Test
    void statusKeepsItsOrderAndSaysNullForWhatIsNotANumber() throws Exception {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("role", "head");
        fields.put("head_ms", Map.of("p50", Double.NaN));
        fields.put("rate_per_s", 2003.5);
        fields.put("snapshot", null);
        status = () -> fields;

        var answer = get("/api/status");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"role\":\"head\",\"head_ms\":{\"p50\":null},\"rate_per_s\":2003.5,\"snapshot\":null}");
    }

    @Test
    void lookupHandsOnQueryAndSegmentAsTyped() throws Exception {
        lookup = (segment, query) -> Map.of("query", query, "segment", segment);

        var answer = json(get("/api/lookup?segment=de%2Fat&q=r%C3%B6d+k%26l%C3%A4nning%20%F0%9F%91%97"));

        assertThat(answer.get("query").asText()).isEqualTo("röd k&länning 👗");
        assertThat(answer.get("segment").asText()).isEqualTo("de/at");
    }

    @Test
    void lookupWithoutSegmentAsksInTheEmptyOne() throws Exception {
        lookup = (segment, query) -> Map.of("segment", segment);

        assertThat(get("/api/lookup?q=dress").body()).isEqualTo("{\"segment\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/lookup",
                "/api/lookup?",
                "/api/lookup?q=",
                "/api/lookup?q=%20",
                "/api/lookup?qq=a&segment=b"
            })
    void lookupWithoutQueryIsRefusedWithAReason(String target) throws Exception {
        var answer = get(target);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(reason(answer)).contains("?q=QUERY");
    }

    /** A decoder would put U+FFFD there, and the lookup would be of another text. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/lookup?q=%ff%fe", "/api/lookup?q=%ED%A0%80", "/api/lookup?q=a&segment=%c3"})
    void lookupOfIllFormedTextIsRefused(String target) throws Exception {
        var answer = get(target);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(reason(answer)).contains("not UTF-8");
    }

    @Test
    void lookupThatCannotBeAnsweredNowIs503WithItsReason() throws Exception {
        lookup = (segment, query) -> {
            throw new UnavailableException("the head table is being restored");
        };

        var answer = get("/api/lookup?q=dress");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(reason(answer)).isEqualTo("the head table is being restored");
    }

    @Test
    void textThatLooksLikeMarkupComesBackAsJsonOnly() throws Exception {
        lookup = (segment, query) -> Map.of("query", query, "segment", segment, "found", false);
        var typed = URLEncoder.encode(SCRIPT, StandardCharsets.UTF_8);

        var answer = get("/api/lookup?q=" + typed + "&segment=" + typed);

        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(json(answer).get("query").asText()).isEqualTo(SCRIPT);
    }

    @Test
    void unknownPathIsRefusedWithoutRepeatingIt() throws Exception {
        var answer = get("/" + URLEncoder.encode(SCRIPT, StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(reason(answer)).contains("/api/status").doesNotContain("alert");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void anythingButGetIsRefused(String method) throws Exception {
        var answer = send(request("/api/status").method(method, BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
        assertThat(reason(answer)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/api/status",
                "/api/lookup?q=dress",
                "/api/lookup",
                "/nowhere"
            })
    void headIsAnsweredAsGetIsButWithoutABody(String target) throws Exception {
        var get = get(target);
        var head = raw("HEAD " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(head).startsWith("HTTP/1.1 " + get.statusCode() + " ").endsWith("\r\n\r\n");
        assertThat(head.toLowerCase(Locale.ROOT))
                .contains("\r\ncontent-length: " + get.body().getBytes(StandardCharsets.UTF_8).length + "\r\n")
                .contains("\r\ncontent-type: " + header(get, "Content-Type").toLowerCase(Locale.ROOT) + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:8085",
                "localhost.",
                "app.localhost:1",
                "127.0.0.1",
                "127.9.9.9:80",
                "[::1]",
                "[0:0:0:0:0:0:0:1]:8085",
                "console.example",
                "CONSOLE.EXAMPLE.:443"
            })
    void hostOfItsOwnIsAnswered(String host) throws Exception {
        assertThat(raw("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    /** Whoever rebinds a name to this address has a browser send that name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example",
                "rebound.example:8085",
                "localhost.rebound.example",
                "127.0.0.1.rebound.example",
                "notlocalhost",
                "console.example.rebound.example",
                "192.0.2.1",
                "[2001:db8::1]:8085",
                "127.0.0.256",
                "127.1",
                "0x7f000001",
                "a,localhost"
            })
    void foreignHostIsRefusedOnEveryPathWithTheNameOfTheSetting(String host) throws Exception {
        for (var path : List.of("/", "/health/live", "/metrics", "/api/status", "/api/lookup?q=a", "/nowhere")) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ")
                    .contains("console.hosts")
                    .doesNotContain("rebound");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "localhost:port", "user@localhost", "[::1", "::1", "localhost/", "[rebound.example]"})
    void hostThatIsNoneIsRefused(String host) throws Exception {
        assertThat(raw("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void requestWithoutAHostOrWithTwoIsRefusedUnlessItIsTooOldToHaveOne() throws Exception {
        assertThat(raw("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\n"
                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /health/live HTTP/1.0\r\n\r\n")).contains(" 200 ");
        assertThat(raw("GET /health/live HTTP/1.0\r\nHost: rebound.example\r\n\r\n"))
                .contains(" 421 ");
    }

    @Test
    void hostWithinTheTargetCountsToo() throws Exception {
        var rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(raw("GET http://localhost:8085/api/status" + rest)).startsWith("HTTP/1.1 200 ");
        assertThat(raw("GET http://rebound.example/api/status" + rest)).startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET //rebound.example/api/status" + rest)).startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET http://user@localhost/api/status" + rest)).startsWith("HTTP/1.1 400 ");
    }

    /** As the probes of Kubernetes and Prometheus do, which ask a pod by its address. */
    @Test
    void addressThatTheRequestArrivesAtIsAnswered() throws Exception {
        var elsewhere = InetAddress.getByName("192.0.2.1");
        var allowed = new AllowedHosts(Set.of());

        assertThat(allowed.refusal("HTTP/1.1", List.of("192.0.2.1:8085"), null, elsewhere))
                .isEmpty();
        assertThat(allowed.refusal("HTTP/1.1", List.of("192.0.2.2:8085"), null, elsewhere))
                .isPresent();
        assertThat(allowed.refusal("HTTP/1.1", List.of("[2001:DB8::1]"), null, InetAddress.getByName("2001:db8::1")))
                .isEmpty();
    }

    @Test
    void queryLongerThanAnyoneTypesIsRefused() throws Exception {
        assertThat(get("/api/lookup?q=" + "a".repeat(ConsoleHandler.MAX_QUERY_LENGTH))
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/api/lookup?q=" + "a".repeat(ConsoleHandler.MAX_QUERY_LENGTH + 1))
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/api/lookup?q=a&segment=" + "a".repeat(ConsoleHandler.MAX_SEGMENT_LENGTH + 1))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void requestOfUnboundedSizeIsRefused() throws Exception {
        var address = get("/api/lookup?q=" + "a".repeat(ConsoleHandler.MAX_TARGET_LENGTH));
        var headers = send(request("/api/status").header("X-Filler", "a".repeat(ConsoleHandler.MAX_HEADERS_LENGTH)));

        assertThat(address.statusCode()).isEqualTo(414);
        assertThat(headers.statusCode()).isEqualTo(431);
    }

    @Test
    void failureIsLoggedOnceAndHiddenFromTheClient() throws Exception {
        status = () -> {
            throw new IllegalArgumentException("secret of the house");
        };
        var log = (Logger) LoggerFactory.getLogger(ConsoleHandler.class);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        log.addAppender(logged);
        log.setAdditive(false);
        try {
            var answer = get("/api/status");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(reason(answer)).isEqualTo("internal error; see the log");
            assertThat(answer.body()).doesNotContain("secret", "Exception", "\tat ");
            assertThat(List.copyOf(logged.list)).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage()).isEqualTo("a request to /api/status failed");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("secret of the house");
            });
        } finally {
            log.setAdditive(true);
            log.detachAppender(logged);
        }
    }

    @Test
    void statusThatJsonCannotSayIsAFailureToo() throws Exception {
        var log = (Logger) LoggerFactory.getLogger(ConsoleHandler.class);
        log.setAdditive(false);
        try {
            status = () -> Map.of("odd", new Object());
            assertThat(get("/api/status").statusCode()).isEqualTo(500);
        } finally {
            log.setAdditive(true);
        }
    }

    @Test
    void takenPortIsReportedInOneLine() {
        var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), console.port());

        assertThatIOException()
                .isThrownBy(() -> start(taken))
                .withMessage("the console can't listen on localhost:" + console.port() + ": Address already in use");
    }

    @Test
    void unknownHostIsReportedInOneLine() {
        assertThatIOException()
                .isThrownBy(() -> start(InetSocketAddress.createUnresolved("nowhere.invalid", 8080)))
                .withMessage("the console can't listen on nowhere.invalid:8080: the host is unknown");
    }

    @Test
    void closeFreesThePort() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), console.port());

        console.close();

        console = start(address);
        assertThat(console.port()).isEqualTo(address.getPort());
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void consoleNeverKeepsTheProcessAlive() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("console-")
                        || thread.getName().startsWith("HTTP-Dispatcher"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void clientThatHangsUpDisturbsNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), console.port())) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    /** More half-sent requests than threads: the server gives each up after 2 seconds, and checks once a second. */
    @Test
    void halfSentRequestsHoldUpHealthChecksForSecondsAtMost() throws Exception {
        var slowClients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < Console.MAX_THREADS + 8; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), console.port());
                slowClients.add(socket);
                socket.getOutputStream().write("GET / HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            }

            var answer = send(request("/health/live").timeout(Duration.ofSeconds(8)));

            assertThat(answer.statusCode()).isEqualTo(200);
        } finally {
            for (var socket : slowClients) {
                socket.close();
            }
        }
    }

    /** Sends a request as it stands, and returns all that comes back. */
    private String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), console.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + console.port() + target))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String target) throws Exception {
        return send(request(target));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElseThrow();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static String reason(HttpResponse<String> answer) throws IOException {
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        return json(answer).get("reason").asText();
    }
}
