package io.tagweir.app;

import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code run} logs, with the logging configuration that is shipped, and how it ends at a signal. */
class RunLogIT {

    /** Date, time and zone; level; logger; text. */
    private static final Pattern LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) (INFO|WARN|ERROR) +\\S+ - .+");

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void everyChangeIsALineWithDateAndZoneAndACleanStartWarnsOfNothing() throws Exception {
        var deployment = CLUSTER.deployment("logged");
        try (var run = start(deployment, "one", "console.port=-1")) {
            assertThat(run.awaitLine()).as(run::stderr).startsWith("ready: ");
            assertThat(log(run)).allMatch(line -> line.contains(" INFO "), "reports and does not warn");
            assertThat(log(run))
                    .anyMatch(line -> line.contains("Rebalanced; tasks of this instance: [3_0, "))
                    .anyMatch(line -> line.contains("The head answers from no snapshot; snapshots known: 0"))
                    .anyMatch(line -> line.contains("Student queryner-") && line.contains(" answers misses"));

            var file = CLUSTER.file("""
                    {"query": "nike shoes", "tags": [{"label": "creator", "start": 0, "end": 4}]}
                    """);
            for (var id : List.of("monday", "tuesday")) {
                deployment
                        .command("snapshot", "publish", "--id", id, "--file", file)
                        .assertSuccess();
                awaitLine(run, "snapshot " + id + " is sealed with 1 rows");
                deployment.command("snapshot", "activate", id, "--force").assertSuccess();
                awaitLine(run, "snapshot " + id + " answers queries from ");
            }
            await(
                    "the second activation to come, after which it can be rolled back",
                    () -> deployment
                                    .command("snapshot", "rollback", "--reason", "brands mixed up")
                                    .exitCode()
                            == 0);
            awaitLine(run, "snapshot tuesday is quarantined and answers no more: brands mixed up");
            awaitLines(run, "snapshot monday answers queries from ", 2);
            deployment
                    .command(
                            "student",
                            "stage",
                            Path.of("src/main/student/queryner-minilm3-int8").toString())
                    .assertSuccess();
            awaitLine(run, "student queryner-minilm3-int8@");
            deployment.command("student", "activate", "latest", "--force").assertSuccess();
            awaitLine(run, " answers all misses from ");

            // A second instance takes tasks over, and gives them back.
            int rebalances = count(run, "Rebalanced; tasks of this instance:");
            deployment.start("two").close();
            awaitLines(run, "Rebalanced; tasks of this instance:", rebalances + 1);

            run.signal("TERM");
            assertThat(run.awaitExit()).as(run::stderr).isZero();
            assertThat(log(run)).allMatch(LINE.asMatchPredicate(), "has date, time and zone");
            assertThat(log(run)).last().asString().contains("stopped cleanly; 0 pending misses stay in the ledger");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void signalEndsAnApplicationThatClosedInTimeWith0(String signal) throws Exception {
        var deployment = CLUSTER.deployment("stopped-" + signal.toLowerCase(Locale.ROOT));
        try (var run = start(deployment, signal, "console.port=-1", "role=head")) {
            assertThat(run.awaitLine()).as(run::stderr).startsWith("ready: ");
            run.signal(signal);
            assertThat(run.awaitExit()).as(run::stderr).isZero();
        }
    }

    @Test
    void applicationThatDidNotCloseInTimeDoesNotCallItClean() {
        var deployment = CLUSTER.deployment("hasty");
        var hasty = deployment.start("one");
        hasty.close(Duration.ZERO);
        assertThat(hasty.stoppedCleanly()).isFalse();

        var patient = deployment.start("two");
        patient.close();
        assertThat(patient.stoppedCleanly()).isTrue();
    }

    /** Starts {@code ./tagweir run} with the logging configuration that is shipped. */
    private static TagweirProcess start(Deployment deployment, String instance, String... more) throws Exception {
        // Kafka Streams warns of a state directory that is in the JVM's directory for temporary files.
        var temporary = Files.createDirectories(CLUSTER.dir().resolve("temporary"));
        return TagweirProcess.start(
                List.of(
                        "@jvm.options",
                        "-Xmx384m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dlogback.configurationFile="
                                + Path.of("src/main/resources/logback.xml").toUri()),
                deployment.arguments(instance, List.of("run", "--create-topics"), more));
    }

    private static List<String> log(TagweirProcess run) {
        return run.stderr().lines().toList();
    }

    private static void awaitLine(TagweirProcess run, String part) {
        awaitLines(run, part, 1);
    }

    private static void awaitLines(TagweirProcess run, String part, int count) {
        await(count + " lines with: " + part, () -> count(run, part) >= count);
    }

    private static int count(TagweirProcess run, String part) {
        return (int) log(run).stream().filter(line -> line.contains(part)).count();
    }
}
