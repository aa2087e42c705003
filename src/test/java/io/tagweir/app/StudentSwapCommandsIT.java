package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.local.LocalCluster;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person types to swap the student, and what they are told. */
class StudentSwapCommandsIT {

    private static final Path PACKAGED = StudentSettings.PACKAGED;

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
    void studentIsStagedActivatedListedAndRolledBack() throws IOException {
        var site = new Site(cluster, "life", dir, Map.of());
        var better = copy("better");
        assertThat(run(site, "activate", "latest").err()).containsExactly("tagweir: no student is staged");

        var staged = run(site, "stage", better.toString(), "--set", "student.stage.slowdown.max=100");
        assertThat(staged.err()).isEmpty();
        assertThat(staged.exitCode()).isZero();
        assertThat(staged.out()).anyMatch(line -> line.startsWith("on 291 golden queries"));
        var release = release(site);
        assertThat(release.getId()).startsWith("better@");
        assertThat(release.getState()).isEqualTo(StudentState.STAGED);
        assertThat(release.getDirectory()).isEqualTo(better.toString());
        assertThat(release.getGoldenF1()).isBetween(0.6, 0.7);
        assertThat(release.getGoldenMs()).isPositive();

        var activated = run(site, "activate", "latest", "--share", "0.05");
        assertThat(activated.exitCode()).isZero();
        assertThat(activated.out())
                .anyMatch(line -> line.startsWith("no instance is running"))
                .anyMatch(line -> line.startsWith(release.getId() + " ACTIVE for 0.05 of the queries from "));
        assertThat(run(site, "activate", release.getId(), "--from", "2026-01-01T00:00:00Z")
                        .err())
                .hasSize(2)
                .anySatisfy(
                        line -> assertThat(line).contains("have been answered by the student of the settings already"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("tagweir: to override this: ./tagweir student activate " + release.getId())
                        .endsWith(" --force"));
        assertThat(run(site, "activate", release.getId(), "--set", "student.activation.lead.ms=0")
                        .exitCode())
                .isZero();
        assertThat(run(site, "list").out())
                .anyMatch(line -> line.startsWith(release.getId()) && line.endsWith("(answers now)"));

        var back = run(site, "rollback", "--reason", "wrong brands");
        assertThat(back.exitCode()).isZero();
        assertThat(back.out())
                .contains(release.getId() + " QUARANTINED: wrong brands")
                .anyMatch(line -> line.startsWith("the student of the settings answers all queries from "));
        assertThat(run(site, "stage", better.toString()).err())
                .containsExactly("tagweir: the student " + release.getId() + " is QUARANTINED: wrong brands");
        assertThat(run(site, "activate", release.getId()).exitCode()).isEqualTo(2);
        assertThat(run(site, "rollback").err()).singleElement().asString().contains("nothing to roll back");

        var thresholds = better.resolve("thresholds.json");
        Files.writeString(thresholds, Files.readString(thresholds) + "\n");
        var mended = run(site, "stage", better.toString(), "--set", "student.stage.slowdown.max=100");
        assertThat(mended.exitCode()).isZero();
        assertThat(StudentTopics.control(site.settings()).read().byId()).hasSize(2);
    }

    /**
     * What an earlier release quarantined under an id that covers fewer files is not staged unseen under its new one.
     */
    @Test
    void studentThatAnEarlierReleaseQuarantinedIsRefusedUnlessForced() throws IOException {
        var site = new Site(cluster, "earlier", dir, Map.of());
        var bad = copy("bad");
        String earlier;
        try (var student = OnnxStudent.load(bad, StudentSettings.defaults())) {
            earlier = student.earlierId();
        }
        StudentTopics.control(site.settings())
                .change(records -> List.of(StudentRelease.newBuilder()
                        .setId(earlier)
                        .setState(StudentState.QUARANTINED)
                        .setDirectory(bad.toString())
                        .setStagedAt(Instant.EPOCH)
                        .setReason("wrong brands")
                        .build()));
        var refused = run(site, "stage", bad.toString(), "--set", "student.stage.slowdown.max=100");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).hasSize(2);
        assertThat(refused.err().get(0)).contains("as " + earlier + ", which is QUARANTINED: wrong brands");
        assertThat(refused.err().get(1))
                .startsWith("tagweir: to override this: ")
                .contains("--force");
        assertThat(run(site, "stage", bad.toString(), "--set", "student.stage.slowdown.max=100", "--force")
                        .exitCode())
                .isZero();
    }

    @Test
    void brokenStudentIsRefusedWithAllItsProblems() throws IOException {
        var site = new Site(cluster, "broken", dir, Map.of());
        var empty = Files.createDirectory(dir.resolve("empty"));
        var refused = run(site, "stage", empty.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).hasSize(3).allMatch(line -> line.startsWith("tagweir: the model directory " + empty));
        assertThat(run(site, "stage", copy("untested").toString(), "--golden", "nowhere.jsonl")
                        .err())
                .containsExactly("tagweir: there is no file nowhere.jsonl");
        assertThat(StudentTopics.control(site.settings()).read().byId()).isEmpty();
    }

    @Test
    void studentBelowTheFloorIsRefusedWithTheFigureAndWhatWasForcedIsRecorded() throws IOException {
        var site = new Site(cluster, "floor", dir, Map.of());
        var weak = copy("weak");
        // Keeps nothing: its F1 is 0.
        Files.writeString(weak.resolve("thresholds.json"), "{\"default\": 1.0, \"labels\": {}}");
        var refused = run(site, "stage", weak.toString(), "--set", "student.stage.slowdown.max=100");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("tagweir: to override this: ./tagweir student stage "))
                .anySatisfy(line -> assertThat(line).contains("is 0.000; the limit is at least 0.5"))
                .anySatisfy(line -> assertThat(line).contains("student.stage.f1.max.drop"));
        var forced = run(
                site,
                "stage",
                weak.toString(),
                "--set",
                "student.stage.slowdown.max=100",
                "--force",
                "--reason",
                "to see it fail");
        assertThat(forced.exitCode()).isZero();
        assertThat(release(site).getForced()).hasSize(3).contains("because: to see it fail");
    }

    @Test
    void activationWaitsForEveryInstanceAndNamesWhoLacksTheStudentAndWhy() throws IOException {
        var site = new Site(cluster, "lacking", dir, Map.of());
        var seen = copy("seen");
        var started = start(site, "one");
        try (started) {
            var stage = run(
                    site,
                    "stage",
                    seen.toString(),
                    "--as",
                    dir.resolve("elsewhere/seen").toString(),
                    "--set",
                    "student.stage.slowdown.max=100");
            assertThat(stage.exitCode()).isZero();
            var refused = run(site, "activate", "latest", "--wait", "5");
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: lacking-")
                    .contains(" of lacking has not loaded seen@")
                    .contains("the model directory " + dir.resolve("elsewhere/seen") + " does not exist");
            assertThat(run(site, "list").out()).anyMatch(line -> line.contains("not loaded: "));

            assertThat(run(site, "stage", seen.toString(), "--set", "student.stage.slowdown.max=100")
                            .exitCode())
                    .isZero();
            assertThat(run(site, "activate", "latest", "--set", "student.activation.lead.ms=0")
                            .exitCode())
                    .isZero();
            try (var sender = site.sender();
                    var outputs = site.outputs()) {
                sender.query(
                        "q",
                        "red nike shoes",
                        site.event("q", "red nike shoes"),
                        Clock.systemUTC().instant().plusSeconds(1));
                outputs.pollUntil("the answer", () -> outputs.queries() == 1);
                assertThat(outputs.answers().get("q").get(0).getStudent()).startsWith("seen@");
            }
        }
        assertThat(run(site, "list").out()).noneMatch(line -> line.contains(" of lacking:"));
    }

    private static Application start(Site site, String instance) {
        var application = Application.start(Settings.of(site.given(instance, Map.of())), false, Clock.systemUTC());
        Await.until(instance + " to run", Site.PATIENCE, () -> application.state() == State.RUNNING);
        return application;
    }

    private static StudentRelease release(Site site) {
        return StudentTopics.control(site.settings())
                .read()
                .byId()
                .values()
                .iterator()
                .next();
    }

    private static Ran run(Site site, String... arguments) {
        var all = new ArrayList<>(List.of("student"));
        all.addAll(List.of(arguments));
        site.given("none", Map.of()).forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
        return Ran.command(all.toArray(String[]::new));
    }

    private static Path copy(String name) throws IOException {
        var to = Files.createDirectory(dir.resolve(name));
        try (var files = Files.list(PACKAGED)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }
}
