package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.student.StudentTopics;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.StudentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The {@code student} commands, and what they print. */
class StudentCommandsIT {

    private static final Path PACKAGED = StudentSettings.PACKAGED;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void studentIsStagedActivatedListedAndRolledBack() throws IOException {
        var deployment = CLUSTER.deployment("life");
        var better = copy("better");
        assertThat(deployment.command("student", "activate", "latest").err())
                .containsExactly("tagweir: no student is staged");

        var staged =
                deployment.command("student", "stage", better.toString(), "--set", "student.stage.slowdown.max=100");
        assertThat(staged.err()).isEmpty();
        staged.assertSuccess();
        assertThat(staged.out()).anyMatch(line -> line.startsWith("on 291 golden queries"));
        var release = release(deployment);
        assertThat(release.getId()).startsWith("better@");
        assertThat(release.getState()).isEqualTo(StudentState.STAGED);
        assertThat(release.getDirectory()).isEqualTo(better.toString());
        assertThat(release.getGoldenF1()).isBetween(0.6, 0.7);
        assertThat(release.getGoldenMs()).isPositive();

        var activated = deployment
                .command("student", "activate", "latest", "--share", "0.05")
                .assertSuccess();
        assertThat(activated.out())
                .anyMatch(line -> line.startsWith("no instance is running"))
                .anyMatch(line -> line.startsWith(release.getId() + " ACTIVE for 0.05 of the queries from "));
        assertThat(deployment
                        .command("student", "activate", release.getId(), "--from", "2026-01-01T00:00:00Z")
                        .err())
                .hasSize(2)
                .anySatisfy(
                        line -> assertThat(line).contains("have been answered by the student of the settings already"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("tagweir: to override this: ./tagweir student activate " + release.getId())
                        .endsWith(" --force"));
        deployment
                .command("student", "activate", release.getId(), "--set", "activation.lead.ms=0")
                .assertSuccess();
        assertThat(deployment.command("student", "list").out())
                .anyMatch(line -> line.startsWith(release.getId()) && line.endsWith("(answers now)"));

        var back = deployment
                .command("student", "rollback", "--reason", "wrong brands")
                .assertSuccess();
        assertThat(back.out())
                .contains(release.getId() + " QUARANTINED: wrong brands")
                .anyMatch(line -> line.startsWith("the student of the settings answers all queries from "));
        assertThat(deployment.command("student", "stage", better.toString()).err())
                .containsExactly("tagweir: the student " + release.getId() + " is QUARANTINED: wrong brands");
        deployment.command("student", "activate", release.getId()).assertRefused();
        assertThat(deployment.command("student", "rollback").err())
                .singleElement()
                .asString()
                .contains("nothing to roll back");

        var thresholds = better.resolve("thresholds.json");
        Files.writeString(thresholds, Files.readString(thresholds) + "\n");
        deployment
                .command("student", "stage", better.toString(), "--set", "student.stage.slowdown.max=100")
                .assertSuccess();
        assertThat(StudentTopics.control(deployment.settings()).read().byId()).hasSize(2);
    }

    /** The id of an earlier release covers fewer files. A student that was quarantined under it has a new id now. */
    @Test
    void studentThatAnEarlierReleaseQuarantinedIsRefusedUnlessForced() throws IOException {
        var deployment = CLUSTER.deployment("earlier");
        var bad = copy("bad");
        String earlier;
        try (var student = OnnxStudent.load(bad, StudentSettings.defaults())) {
            earlier = student.earlierId();
        }
        StudentTopics.control(deployment.settings())
                .change(records -> List.of(StudentRelease.newBuilder()
                        .setId(earlier)
                        .setState(StudentState.QUARANTINED)
                        .setDirectory(bad.toString())
                        .setStagedAt(Instant.EPOCH)
                        .setReason("wrong brands")
                        .build()));
        var refused = deployment
                .command("student", "stage", bad.toString(), "--set", "student.stage.slowdown.max=100")
                .assertRefused();
        assertThat(refused.err()).hasSize(2);
        assertThat(refused.err().get(0)).contains("as " + earlier + ", which is QUARANTINED: wrong brands");
        assertThat(refused.err().get(1))
                .startsWith("tagweir: to override this: ")
                .contains("--force");
        deployment
                .command("student", "stage", bad.toString(), "--set", "student.stage.slowdown.max=100", "--force")
                .assertSuccess();
    }

    @Test
    void brokenStudentIsRefusedWithAllItsProblems() throws IOException {
        var deployment = CLUSTER.deployment("broken");
        var empty = Files.createDirectory(CLUSTER.dir().resolve("empty"));
        var refused = deployment.command("student", "stage", empty.toString()).assertRefused();
        assertThat(refused.err()).hasSize(3).allMatch(line -> line.startsWith("tagweir: the model directory " + empty));
        assertThat(deployment
                        .command("student", "stage", copy("untested").toString(), "--golden", "nowhere.jsonl")
                        .err())
                .containsExactly("tagweir: there is no file nowhere.jsonl");
        assertThat(StudentTopics.control(deployment.settings()).read().byId()).isEmpty();
    }

    @Test
    void studentBelowTheMinimumF1IsRefusedWithTheFigureAndAnOverrideIsRecorded() throws IOException {
        var deployment = CLUSTER.deployment("minimum");
        var weak = copy("weak");
        // Keeps nothing: its F1 is 0.
        Files.writeString(weak.resolve("thresholds.json"), "{\"default\": 1.0, \"labels\": {}}");
        var refused = deployment
                .command("student", "stage", weak.toString(), "--set", "student.stage.slowdown.max=100")
                .assertRefused();
        assertThat(refused.err())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("tagweir: to override this: ./tagweir student stage "))
                .anySatisfy(line -> assertThat(line).contains("is 0.000; the limit is at least 0.5"))
                .anySatisfy(line -> assertThat(line).contains("student.stage.f1.max.drop"));
        deployment
                .command(
                        "student",
                        "stage",
                        weak.toString(),
                        "--set",
                        "student.stage.slowdown.max=100",
                        "--force",
                        "--reason",
                        "to see it fail")
                .assertSuccess();
        assertThat(release(deployment).getForced()).hasSize(3).contains("because: to see it fail");
    }

    @Test
    void activationWaitsForEveryInstanceAndNamesThoseWithoutTheStudentAndWhy() throws IOException {
        var deployment = CLUSTER.deployment("lacking");
        var seen = copy("seen");
        var settings = deployment.settings("one");
        try (var application = deployment.start(() -> Application.start(settings, false, Clock.systemUTC()))) {
            deployment
                    .command(
                            "student",
                            "stage",
                            seen.toString(),
                            "--as",
                            CLUSTER.dir().resolve("elsewhere/seen").toString(),
                            "--set",
                            "student.stage.slowdown.max=100")
                    .assertSuccess();
            var refused = deployment
                    .command("student", "activate", "latest", "--wait", "5")
                    .assertRefused();
            assertThat(refused.err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: lacking-")
                    .contains(" of lacking has not loaded seen@")
                    .contains("the model directory " + CLUSTER.dir().resolve("elsewhere/seen") + " does not exist");
            assertThat(deployment.command("student", "list").out()).anyMatch(line -> line.contains("not loaded: "));

            deployment
                    .command("student", "stage", seen.toString(), "--set", "student.stage.slowdown.max=100")
                    .assertSuccess();
            deployment
                    .command("student", "activate", "latest", "--set", "activation.lead.ms=0")
                    .assertSuccess();
            deployment.query("q", "red nike shoes", Instant.now().plusSeconds(1));
            assertThat(deployment.outputs().await("q").getStudent()).startsWith("seen@");
        }
        assertThat(deployment.command("student", "list").out()).noneMatch(line -> line.contains(" of lacking:"));
    }

    private static StudentRelease release(Deployment deployment) {
        return StudentTopics.control(deployment.settings())
                .read()
                .byId()
                .values()
                .iterator()
                .next();
    }

    private static Path copy(String name) throws IOException {
        var to = Files.createDirectory(CLUSTER.dir().resolve(name));
        try (var files = Files.list(PACKAGED)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }
}
