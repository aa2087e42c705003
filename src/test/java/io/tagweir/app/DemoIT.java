package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo answers every query it sends, its console shows current figures, and it leaves no files. */
class DemoIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern QUERY_COMMAND = Pattern.compile("ask it: +\\./tagweir (.*) \"(.*)\"");

    @TempDir
    private Path dir;

    /** A quarter of the queries have no key, a quarter an empty one, a quarter one that says nothing of the query. */
    @Test
    void everyQueryIsAnsweredOnceWhateverItsKey() throws Exception {
        var report = dir.resolve("report.json");

        var ran = CommandResult.of(
                "demo",
                "--once",
                "--kafka-port",
                "0",
                "--registry-port",
                "0",
                "--queries",
                "2000",
                "--rate",
                "500",
                "--report",
                report.toString());

        var json = JSON.readTree(report.toFile());
        assertThat(json.path("answered").asInt()).as(ran.toString()).isEqualTo(2000);
        assertThat(json.path("lost").asInt()).isZero();
        assertThat(json.path("duplicated").asInt()).isZero();
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void consoleIsPrintedFirstAndAnswersAsLongAsTheDemoRuns() throws Exception {
        try (var demo = TagweirProcess.start(
                List.of("-Djava.io.tmpdir=" + dir),
                List.of("demo", "--kafka-port", "0", "--registry-port", "0", "--queries", "200", "--rate", "100"))) {
            String console = demo.awaitLine();
            assertThat(console).startsWith("console: http://");
            var status = URI.create(console.substring("console: ".length()) + "/api/status");
            assertThat(read(status).path("state").isTextual()).isTrue();
            var command = QUERY_COMMAND.matcher(demo.awaitLine());
            assertThat(command.matches()).isTrue();

            demo.awaitLine("the demo goes on");
            long before = answered(read(status));
            await("queries after the summary", () -> answered(read(status)) > before + 100);
            // Rates and percentiles are of the last seconds, so they are those of the trickle.
            await("a rate and medians", () -> isAlive(read(status)));
            var arguments = List.of(command.group(1).split(" "));
            assertThat(asked(arguments, List.of(command.group(2)), List.of()))
                    .singleElement()
                    .satisfies(
                            answer -> assertThat(answer.path("source").asText()).isEqualTo("STUDENT"));
            assertThat(asked(arguments, List.of("-"), List.of("red shoes", "blue sofa")))
                    .extracting(answer -> answer.path("query").asText())
                    .containsExactly("red shoes", "blue sofa");

            demo.terminate();
            demo.awaitExit();
            assertNoDirectoryIsLeft();
        }
    }

    @Test
    void demoThatIsStoppedDuringTrafficSaysHowFarItGotAndLeavesNothing() throws Exception {
        try (var demo = TagweirProcess.start(
                List.of("-Djava.io.tmpdir=" + dir),
                List.of(
                        "demo",
                        "--once",
                        "--kafka-port",
                        "0",
                        "--registry-port",
                        "0",
                        "--queries",
                        "100000",
                        "--rate",
                        "100"))) {
            await("progress", () -> demo.said().stream().anyMatch(line -> line.contains(" of 100000 answered")));

            demo.terminate();

            assertThat(demo.awaitExit()).isEqualTo(143);
            assertThat(demo.stderr().lines().filter(line -> line.startsWith("tagweir: ")))
                    .singleElement()
                    .asString()
                    .matches("tagweir: stopped before the end: [1-9]\\d* of 100000 queries were answered; "
                            + "the broker, the registry and their data are removed");
            assertNoDirectoryIsLeft();
        }
    }

    private void assertNoDirectoryIsLeft() throws IOException {
        try (var left = Files.list(dir)) {
            assertThat(left.filter(Files::isDirectory)
                            .map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("tagweir"))
                    .noneMatch(name -> name.startsWith("onnxruntime") && Files.exists(Path.of("/proc/self/maps")));
        }
    }

    /** The answers to a query command, in a JVM of its own. */
    private static List<JsonNode> asked(List<String> command, List<String> text, List<String> lines) throws Exception {
        var arguments = new ArrayList<>(command);
        arguments.addAll(text);
        try (var query = TagweirProcess.start(arguments)) {
            for (var line : lines) {
                query.feed(line);
            }
            query.endInput();
            assertThat(query.awaitExit()).as(query.stderr()).isZero();
            var answers = new ArrayList<JsonNode>();
            for (int i = 0; i < Math.max(1, lines.size()); i++) {
                answers.add(JSON.readTree(query.awaitLine()));
            }
            return answers;
        }
    }

    private static long answered(JsonNode status) {
        long sum = 0;
        for (var count : status.path("by_source")) {
            sum += count.asLong();
        }
        return sum;
    }

    private static boolean isAlive(JsonNode status) {
        return status.path("rate_per_s").asDouble() > 1
                && status.path("head_ms").path("p50").asDouble() > 0
                && status.path("tail_ms").path("p50").asDouble() > 0;
    }

    private static JsonNode read(URI address) {
        var request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
        try {
            return JSON.readTree(HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
