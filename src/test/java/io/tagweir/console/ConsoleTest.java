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
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        console = Console.start(ANY_PORT, views());
    }

    @AfterEach
    void close() {
        console.close();
    }

    private Views views() {
        return new Views(
                () -> health,
                () -> "# HELP queries_total Queries.\nqueries_total 7.0\n",
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
        assertThat(answer.body()).startsWith("<!doctype html>").contains("Ask the head");
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

    @Test
    void lookupThatCannotBeAnsweredNowIs503WithItsReason() throws Exception {
        lookup = (segment, query) -> {
            throw new Unavailable("the head table is being restored");
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
        assertThat(header(answer, "Allow")).isEqualTo("GET");
        assertThat(reason(answer)).isNotEmpty();
    }

    @Test
    void headIsRefusedWithoutABody() throws Exception {
        var answer = send(request("/").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void queryLongerThanAnyoneTypesIsRefused() throws Exception {
        assertThat(get("/api/lookup?q=" + "a".repeat(Routes.LONGEST_QUERY)).statusCode())
                .isEqualTo(200);
        assertThat(get("/api/lookup?q=" + "a".repeat(Routes.LONGEST_QUERY + 1)).statusCode())
                .isEqualTo(400);
        assertThat(get("/api/lookup?q=a&segment=" + "a".repeat(Routes.LONGEST_SEGMENT + 1))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void requestOfUnboundedSizeIsRefused() throws Exception {
        var address = get("/api/lookup?q=" + "a".repeat(Routes.LONGEST_TARGET));
        var headers = send(request("/api/status").header("X-Filler", "a".repeat(Routes.LARGEST_HEADERS)));

        assertThat(address.statusCode()).isEqualTo(414);
        assertThat(headers.statusCode()).isEqualTo(431);
    }

    @Test
    void failureIsLoggedOnceAndHiddenFromTheClient() throws Exception {
        status = () -> {
            throw new IllegalArgumentException("secret of the house");
        };
        var log = (Logger) LoggerFactory.getLogger(Routes.class);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        log.addAppender(logged);
        log.setAdditive(false);
        try {
            var answer = get("/api/status");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(reason(answer)).isEqualTo("this could not be answered; the log says why");
            assertThat(answer.body()).doesNotContain("secret", "Exception", "\tat ");
            assertThat(List.copyOf(logged.list)).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage()).isEqualTo("/api/status could not be answered");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("secret of the house");
            });
        } finally {
            log.setAdditive(true);
            log.detachAppender(logged);
        }
    }

    @Test
    void statusThatJsonCannotSayIsAFailureToo() throws Exception {
        var log = (Logger) LoggerFactory.getLogger(Routes.class);
        log.setAdditive(false);
        try {
            status = () -> Map.of("odd", new Object());
            assertThat(get("/api/status").statusCode()).isEqualTo(500);
        } finally {
            log.setAdditive(true);
        }
    }

    @Test
    void takenPortIsToldInOneLine() {
        var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), console.port());

        assertThatIOException()
                .isThrownBy(() -> Console.start(taken, views()))
                .withMessage("the console cannot listen on localhost:" + console.port() + ": Address already in use");
    }

    @Test
    void unknownHostIsToldInOneLine() {
        assertThatIOException()
                .isThrownBy(() -> Console.start(InetSocketAddress.createUnresolved("nowhere.invalid", 8080), views()))
                .withMessage("the console cannot listen on nowhere.invalid:8080: the host is unknown");
    }

    @Test
    void closeFreesThePort() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), console.port());

        console.close();

        console = Console.start(address, views());
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
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void clientsThatDawdleSilenceNobody() throws Exception {
        var dawdlers = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 20; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), console.port());
                dawdlers.add(socket);
                socket.getOutputStream().write("GET / HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            for (var socket : dawdlers) {
                socket.close();
            }
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
