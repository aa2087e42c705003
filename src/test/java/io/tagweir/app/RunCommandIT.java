package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands as they are used: {@code run} in processes of its own, the packaged student, and the others here. */
class RunCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ROWS = """
            {"query": "Nike  Shoes", "tags": [{"label": "creator", "start": 0, "end": 4, "score": 0.98}]}
            {"query": "röd sko 👟", "tags": [{"label": "color", "start": 0, "end": 3}]}
            not json
            """;

    /** The student is measured by every answer of the head. */
    private static final String[] MEASURED = {"quality.share=1", "quality.held.out.share=0.99"};

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void publishedRowIsAnsweredByTheHeadAndAnyOtherQueryByTheStudent() throws Exception {
        var deployment = CLUSTER.deployment("whole", MEASURED);
        try (var run = start(deployment, "one", "console.port=0")) {
            var ready = awaitReady(run);
            publish(deployment, ready);

            var hit = answer(query(deployment, "nike", "SHOES"), "HEAD");
            assertThat(hit.path("snapshot").asText()).isEqualTo("monday");
            assertThat(hit.path("query").asText()).isEqualTo("nike SHOES");
            assertThat(hit.path("tags"))
                    .singleElement()
                    .satisfies(tag -> assertThat(tag.toString())
                            .isEqualTo(
                                    "{\"label\":\"creator\",\"value\":\"Nike\",\"start\":0,\"end\":4,\"score\":0.98}"));
            assertThat(answer(query(deployment, "röd sko 👟"), "HEAD")
                            .path("tags")
                            .path(0)
                            .path("label")
                            .asText())
                    .isEqualTo("color");

            var miss = answer(query(deployment, "samsung galaxy case red"), "STUDENT");
            assertThat(miss.path("miss_reason").asText()).isEqualTo("GENUINE");
            assertThat(miss.path("snapshot").asText()).isEqualTo("monday");
            assertThat(miss.path("student").asText()).matches("queryner-.+@[0-9a-f]{12}");

            query(deployment, " ").assertRefused("tagweir: dead letter: EMPTY_QUERY: the query is empty");

            assertConsole(ready);
            stop(run);
        }
    }

    /** The head and the tail are processes that share nothing but topics. */
    @Test
    void headAndTailApartAnswerAsOneWould() throws Exception {
        var deployment = CLUSTER.deployment("split", MEASURED);
        try (var head = start(deployment, "one", "role=head", "console.port=0");
                var tail = start(deployment, "two", "role=tail", "console.port=0")) {
            var tailReady = awaitReady(tail);
            publish(deployment, awaitReady(head));

            answer(query(deployment, "nike shoes"), "HEAD");
            answer(query(deployment, "samsung galaxy case red"), "STUDENT");
            awaitMetric(tailReady, "tagweir_quality_compared_total 1.0");
            awaitMetric(tailReady, "tagweir_queries_read_total 1.0");
            awaitMetric(tailReady, "tagweir_queries_missing 0.0");
            stop(head);
            stop(tail);
        }
    }

    /** Publishes and activates {@link #ROWS}, and waits until the head that is ready there serves them. */
    private static void publish(Deployment deployment, String ready) throws Exception {
        var file = CLUSTER.file(ROWS);
        var published = deployment.command("snapshot", "publish", "monday", "--file", file);
        assertThat(published.assertSuccess().out())
                .containsExactly("monday SEALED: 2 rows in 4 partitions; skipped 1 bad and 0 duplicate rows");

        deployment
                .command("snapshot", "publish", "monday", "--file", file)
                .assertRefused("tagweir: there is a snapshot monday already, and ids are never reused");

        deployment.command("snapshot", "activate", "monday").assertSuccess();
        assertThat(deployment.command("snapshot", "list").out())
                .anySatisfy(line -> assertThat(line).startsWith("monday ").contains("ACTIVE"));
        for (var query : List.of("nike%20shoes", "r%C3%B6d%20sko%20%F0%9F%91%9F")) {
            await("the head to serve the row " + query, () -> isFound(ready, query));
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
        // At most one of two hits within 200 ms is compared.
        awaitMetric(ready, "tagweir_quality_compared_total [12]\\.0");
        assertThat(isFound(ready, "Nike%20shoes")).isTrue();
        assertThat(isFound(ready, "adidas")).isFalse();
    }

    private static String console(String ready) {
        var address = Pattern.compile("console (http://\\S+)").matcher(ready);
        assertThat(address.find()).as(ready).isTrue();
        return address.group(1);
    }

    /** @param line a regular expression */
    private static void awaitMetric(String ready, String line) {
        await("the metric " + line, () -> {
            try {
                return get(console(ready) + "/metrics").body().lines().anyMatch(found -> found.matches(line));
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

    private static CommandResult query(Deployment deployment, String... words) {
        return deployment.command(Stream.concat(Stream.of("query", "--timeout-ms", "60000"), Stream.of(words))
                .toArray());
    }

    private static JsonNode answer(CommandResult ran, String source) throws Exception {
        assertThat(ran.assertSuccess().out()).hasSize(1);
        var answer = JSON.readTree(ran.out().get(0));
        assertThat(answer.path("source").asText()).as(ran.toString()).isEqualTo(source);
        return answer;
    }

    private static TagweirProcess start(Deployment deployment, String instance, String... more) throws IOException {
        return TagweirProcess.start(
                List.of("-Xmx384m", "-XX:+UseSerialGC", "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"),
                deployment.arguments(instance, List.of("run"), more));
    }

    /** The line that says it is ready. */
    private static String awaitReady(TagweirProcess run) throws InterruptedException {
        var line = run.awaitLine();
        assertThat(line).as(run::stderr).startsWith("ready: ");
        return line;
    }

    /** Sends SIGTERM, and asserts that it closes cleanly. */
    private static void stop(TagweirProcess run) throws InterruptedException {
        run.terminate();
        assertThat(run.awaitExit()).as(run::stderr).isZero();
        assertThat(run.stderr()).doesNotContain("Exception");
    }
}
