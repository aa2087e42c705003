package io.tagweir.app;

import io.tagweir.app.command.Await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.LocalCluster;
import io.tagweir.topology.FakeStudent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code run} logs, with the logging configuration that is shipped, and how it ends at a signal. */
class RunLogIT {

    /** Date, time and zone; level; logger; text. */
    private static final Pattern LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) (INFO|WARN|ERROR) +\\S+ - .+");

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
    void everyChangeIsALineWithDateAndZoneAndACleanStartWarnsOfNothing() throws Exception {
        var site = new Site(cluster, "told", dir.resolve("told"), Map.of());
        try (var run = Run.start(site.given("one", Map.of("console.port", "-1")))) {
            run.awaitReady();
            assertThat(run.log()).allMatch(line -> line.contains(" INFO "), "tells and does not warn");
            assertThat(run.log())
                    .anyMatch(line -> line.contains("Rebalanced; tasks of this instance: [3_0, "))
                    .anyMatch(line -> line.contains("The head answers from no snapshot; snapshots known: 0"))
                    .anyMatch(line -> line.contains("Student queryner-") && line.contains(" answers misses"));

            var file = Files.writeString(dir.resolve("rows.jsonl"), """
                    {"query": "nike shoes", "tags": [{"label": "creator", "start": 0, "end": 4}]}
                    """);
            for (var id : List.of("monday", "tuesday")) {
                succeed(site, "snapshot", "publish", "--id", id, "--file", file.toString());
                run.awaitLine("snapshot " + id + " is sealed with 1 rows");
                succeed(site, "snapshot", "activate", id, "--force");
                run.awaitLine("snapshot " + id + " answers queries from ");
            }
            Await.until(
                    "the second activation to come, after which it can be rolled back",
                    Site.PATIENCE,
                    () -> command(site, "snapshot", "rollback", "--reason", "brands mixed up")
                                    .exitCode()
                            == 0);
            run.awaitLine("snapshot tuesday is quarantined and answers no more: brands mixed up");
            run.awaitLines("snapshot monday answers queries from ", 2);
            succeed(
                    site,
                    "student",
                    "stage",
                    Path.of("src/main/student/queryner-minilm3-int8").toString());
            run.awaitLine("student queryner-minilm3-int8@");
            succeed(site, "student", "activate", "latest", "--force");
            run.awaitLine(" answers all misses from ");

            // A second instance takes tasks over, and gives them back.
            int rebalances = run.count("Rebalanced; tasks of this instance:");
            site.start("two", new FakeStudent(), Map.of()).close();
            run.awaitLines("Rebalanced; tasks of this instance:", rebalances + 1);

            run.signal("TERM");
            assertThat(run.awaitExit()).as(() -> String.join("\n", run.log())).isZero();
            assertThat(run.log()).allMatch(LINE.asMatchPredicate(), "has date, time and zone");
            assertThat(run.log()).last().asString().contains("stopped cleanly; 0 pending misses stay in the ledger");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void signalEndsAnApplicationThatClosedInTimeWith0(String signal) throws Exception {
        var site = new Site(cluster, "stopped-" + signal.toLowerCase(Locale.ROOT), dir, Map.of());
        try (var run = Run.start(site.given(signal, Map.of("console.port", "-1", "role", "head")))) {
            run.awaitReady();
            run.signal(signal);
            assertThat(run.awaitExit()).as(() -> String.join("\n", run.log())).isZero();
        }
    }

    @Test
    void applicationThatDidNotCloseInTimeDoesNotCallItClean() {
        var site = new Site(cluster, "hasty", dir.resolve("hasty"), Map.of());
        var hasty = site.start("one", new FakeStudent(), Map.of());
        hasty.close(Duration.ZERO);
        assertThat(hasty.stoppedCleanly()).isFalse();

        var patient = site.start("two", new FakeStudent(), Map.of());
        patient.close();
        assertThat(patient.stoppedCleanly()).isTrue();
    }

    private static Ran command(Site site, String... words) {
        var args = new ArrayList<>(List.of(words));
        args.addAll(options(site.given("asking", Map.of())));
        return Ran.command(args.toArray(String[]::new));
    }

    private static void succeed(Site site, String... words) {
        var ran = command(site, words);
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
    }

    private static List<String> options(Map<String, String> settings) {
        var options = new ArrayList<String>();
        settings.forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
        return options;
    }

    /** {@code ./tagweir run} in a process of its own, logging as it is shipped to. */
    private record Run(Process process, BufferedReader out, Path err) implements AutoCloseable {

        static Run start(Map<String, String> settings) throws IOException {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@jvm.options",
                    "-Xmx384m",
                    // Kafka Streams warns of a state directory among what the system may clear away.
                    "-Djava.io.tmpdir=" + Files.createDirectories(dir.resolve("natives")),
                    "-Dlogback.configurationFile="
                            + Path.of("src/main/resources/logback.xml").toUri(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "run",
                    "--create-topics"));
            command.addAll(options(settings));
            var err = Files.createTempFile(dir, "run", ".log");
            var builder = new ProcessBuilder(command).redirectError(err.toFile());
            builder.environment().remove("TAGWEIR_LOG_LEVEL");
            var process = builder.start();
            return new Run(process, process.inputReader(), err);
        }

        void awaitReady() throws IOException {
            assertThat(out.readLine()).as(() -> String.join("\n", log())).startsWith("ready: ");
        }

        void awaitLine(String part) {
            awaitLines(part, 1);
        }

        void awaitLines(String part, int count) {
            Await.until(count + " lines with: " + part, Site.PATIENCE, () -> count(part) >= count);
        }

        int count(String part) {
            return (int) log().stream().filter(line -> line.contains(part)).count();
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        }

        int awaitExit() throws InterruptedException {
            assertThat(process.waitFor(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> String.join("\n", log()))
                    .isTrue();
            return process.exitValue();
        }

        List<String> log() {
            try (Stream<String> lines = Files.lines(err)) {
                return lines.toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
