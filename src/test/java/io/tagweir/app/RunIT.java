package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.local.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as they are used: {@code run} in processes of its own, the packaged student, and the others here. */
class RunIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ROWS = """
            {"query": "Nike  Shoes", "tags": [{"label": "creator", "start": 0, "end": 4, "score": 0.98}]}
            {"query": "röd sko 👟", "tags": [{"label": "color", "start": 0, "end": 3}]}
            not json
            """;

    /** The student is measured by every answer of the head. */
    private static final Map<String, String> MEASURED = Map.of("quality.share", "1", "quality.held.out.share", "0.99");

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void publishedRowIsAnsweredByTheHeadAndAnyOtherQueryByTheStudent() throws Exception {
        var site = new Site(cluster, "whole", dir.resolve("whole"), MEASURED);
        try (var run = Run.start(site.given("one", Map.of("console.port", "0")))) {
            var ready = run.awaitReady();
            publish(site, ready);

            var hit = answer(command(site, "query", "nike", "SHOES"), "HEAD");
            assertThat(hit.path("snapshot").asText()).isEqualTo("monday");
            assertThat(hit.path("query").asText()).isEqualTo("nike SHOES");
            assertThat(hit.path("tags"))
                    .singleElement()
                    .satisfies(tag -> assertThat(tag.toString())
                            .isEqualTo(
                                    "{\"label\":\"creator\",\"value\":\"Nike\",\"start\":0,\"end\":4,\"score\":0.98}"));
            assertThat(answer(command(site, "query", "röd sko 👟"), "HEAD")
                            .path("tags")
                            .path(0)
                            .path("label")
                            .asText())
                    .isEqualTo("color");

            var miss = answer(command(site, "query", "samsung galaxy case red"), "STUDENT");
            assertThat(miss.path("miss_reason").asText()).isEqualTo("GENUINE");
            assertThat(miss.path("snapshot").asText()).isEqualTo("monday");
            assertThat(miss.path("student").asText()).matches("queryner-.+@[0-9a-f]{12}");

            var empty = command(site, "query", " ");
            assertThat(empty.exitCode()).isEqualTo(2);
            assertThat(empty.err()).containsExactly("tagweir: dead letter: EMPTY_QUERY: the query is empty");

            assertConsole(ready);
            run.stop();
        }
    }

    /** The head and the tail are processes that share nothing but topics. */
    @Test
    void headAndTailApartAnswerAsOneWould() throws Exception {
        var site = new Site(cluster, "split", dir.resolve("split"), MEASURED);
        try (var head = Run.start(site.given("one", Map.of("role", "head", "console.port", "0")));
                var tail = Run.start(site.given("two", Map.of("role", "tail", "console.port", "0")))) {
            var tailReady = tail.awaitReady();
            publish(site, head.awaitReady());

            answer(command(site, "query", "nike shoes"), "HEAD");
            answer(command(site, "query", "samsung galaxy case red"), "STUDENT");
            awaitMetric(tailReady, "tagweir_quality_compared_total 1.0");
            awaitMetric(tailReady, "tagweir_queries_read_total 1.0");
            awaitMetric(tailReady, "tagweir_queries_missing 0.0");
            head.stop();
            tail.stop();
        }
    }

    /** Publishes and activates {@link #ROWS}, and waits until the head that is ready there serves them. */
    private static void publish(Site site, String ready) throws Exception {
        var file = Files.writeString(dir.resolve("rows.jsonl"), ROWS);
        var published = command(site, "snapshot", "publish", "monday", "--file", file.toString());
        assertThat(published.exitCode()).as(published.toString()).isZero();
        assertThat(published.out())
                .containsExactly("monday SEALED: 2 rows in 4 partitions; skipped 1 bad and 0 duplicate rows");

        var again = command(site, "snapshot", "publish", "monday", "--file", file.toString());
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err())
                .containsExactly("tagweir: there is a snapshot monday already, and ids are never reused");

        var activated = command(site, "snapshot", "activate", "monday");
        assertThat(activated.exitCode()).as(activated.toString()).isZero();
        assertThat(command(site, "snapshot", "list").out())
                .anySatisfy(line -> assertThat(line).startsWith("monday ").contains("ACTIVE"));
        for (var query : List.of("nike%20shoes", "r%C3%B6d%20sko%20%F0%9F%91%9F")) {
            Await.until("the head to serve the row " + query, Site.PATIENCE, () -> isFound(ready, query));
        }
    }

    private static void assertConsole(String ready) throws IOException {
        var address = console(ready);
        var health = get(address + "/health/ready");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(health.body()).path("ready").asBoolean()).isTrue();
        assertThat(get(address + "/metrics").body().lines())
                .contains("tagweir_answers_total{source=\"HEAD\"} 2.0")
                .contains("tagweir_answers_total{source=\"STUDENT\"} 1.0")
                .contains("tagweir_dead_letters_total{reason=\"EMPTY_QUERY\"} 1.0");
        awaitMetric(ready, "tagweir_queries_read_total 4.0");
        awaitMetric(ready, "tagweir_queries_rejected_total 1.0");
        assertThat(get(address + "/metrics").body().lines()).contains("tagweir_queries_missing 0.0");
        var status = JSON.readTree(get(address + "/api/status").body());
        assertThat(status.at("/balance/read").asInt()).isEqualTo(4);
        assertThat(status.at("/balance/missing").asInt(-1)).isZero();
        assertThat(status.path("student").asText()).startsWith("queryner-");
        assertThat(status.path("canary").isNull()).isTrue();
        awaitMetric(ready, "tagweir_quality_compared_total 2.0");
        assertThat(isFound(ready, "Nike%20shoes")).isTrue();
        assertThat(isFound(ready, "adidas")).isFalse();
    }

    private static String console(String ready) {
        var address = Pattern.compile("console (http://\\S+)").matcher(ready);
        assertThat(address.find()).as(ready).isTrue();
        return address.group(1);
    }

    private static void awaitMetric(String ready, String line) {
        Await.until("the metric " + line, Site.PATIENCE, () -> {
            try {
                return get(console(ready) + "/metrics").body().lines().anyMatch(line::equals);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static boolean isFound(String ready, String query) {
        try {
            var row =
                    JSON.readTree(get(console(ready) + "/api/lookup?q=" + query).body());
            return row.path("found").asBoolean()
                    && row.path("snapshot").asText().equals("monday");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(String address) throws IOException {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A command line of a site's own, run in this process. */
    private static Ran command(Site site, String... words) {
        var args = new ArrayList<>(List.of(words));
        if (words[0].equals("query")) {
            args.addAll(List.of("--timeout-ms", "60000"));
        }
        args.addAll(Run.options(site.given("asking", Map.of())));
        return Ran.command(args.toArray(String[]::new));
    }

    private static JsonNode answer(Ran ran, String source) throws Exception {
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.out()).hasSize(1);
        var answer = JSON.readTree(ran.out().get(0));
        assertThat(answer.path("source").asText()).as(ran.toString()).isEqualTo(source);
        return answer;
    }

    /** {@code ./tagweir run} in a process of its own. */
    private record Run(Process process, BufferedReader out, Path err) implements AutoCloseable {

        static Run start(Map<String, String> settings) throws Exception {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-Dai.djl.offline=true",
                    "-DOPT_OUT_TRACKING=true",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "run"));
            command.addAll(options(settings));
            var err = Files.createTempFile(dir, "run", ".log");
            var process =
                    new ProcessBuilder(command).redirectError(err.toFile()).start();
            return new Run(process, process.inputReader(), err);
        }

        static List<String> options(Map<String, String> settings) {
            var options = new ArrayList<String>();
            settings.forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
            return options;
        }

        /** The line that says it is ready. */
        String awaitReady() throws Exception {
            var line = out.readLine();
            assertThat(line).as(() -> log()).startsWith("ready: ");
            return line;
        }

        /** SIGTERM; it closes cleanly and says so by its exit code. */
        void stop() throws Exception {
            process.destroy();
            assertThat(process.waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> log()).isZero();
            assertThat(log()).doesNotContain("Exception");
        }

        private String log() {
            try {
                return Files.readString(err);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
