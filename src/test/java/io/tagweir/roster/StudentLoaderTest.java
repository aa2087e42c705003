package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static io.tagweir.roster.Releases.release;
import static io.tagweir.roster.Releases.stagedAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.StudentState;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.student.StudentSettings;
import io.tagweir.wire.SingleObjectSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentLoaderTest {

    private final FakeModels models = new FakeModels();
    private final StudentCatalog catalog = new StudentCatalog("base@0");
    private final Roster roster = new Roster(
            catalog, models.load(Path.of("base@0")), Duration.ofMillis(5), InstantSource.fixed(T.plusSeconds(1_000)));
    private final SingleObjectSerde<StudentReport> reports = new SingleObjectSerde<>(StudentReport.getClassSchema());
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final StudentLoader loader = loader();

    private StudentLoader loader() {
        return loader(models::load);
    }

    private StudentLoader loader(Function<Path, Student> load) {
        return new StudentLoader(
                roster,
                catalog,
                load,
                new StudentReporter(producer, "reports", reports.serializer(), "app", "app-1", InstantSource.fixed(T)),
                Duration.ofSeconds(10));
    }

    @Test
    void stagedStudentIsLoadedAndReportedAndAnswersNothingYet() {
        long version = roster.version();
        put(release("a@1", StudentState.STAGED));
        assertThat(roster.students().lease("a@1")).isEmpty();
        loader.update(false);
        try (var lease = roster.students().lease("a@1").orElseThrow()) {
            assertThat(lease.student().id()).isEqualTo("a@1");
        }
        assertThat(roster.version()).isGreaterThan(version);
        assertThat(roster.current()).isEqualTo("base@0");
        assertThat(reported()).isEqualTo(Map.of("app/app-1/a@1", "loaded", "app/app-1/base@0", "loaded"));
    }

    @Test
    void onlyTheOneStagedLastIsLoaded() {
        put(stagedAt("a@1", 1));
        loader.update(false);
        put(stagedAt("b@1", 2));
        loader.update(false);
        assertThat(roster.loaded()).containsExactly("b@1", "base@0");
        put(stagedAt("a@1", 3));
        loader.update(false);
        assertThat(roster.loaded()).containsExactly("a@1", "base@0");
        assertThat(models.open()).isEqualTo(2);
    }

    /** Staged as it was; since then somebody has changed what decides its answers, and not the model. */
    @Test
    void directoryWhoseThresholdsHaveChangedSinceItWasStagedIsNotLoaded(@TempDir Path directory) throws IOException {
        for (var file : List.of("model.onnx", "tokenizer.json", "config.json", "thresholds.json")) {
            Files.copy(StudentSettings.PACKAGED.resolve(file), directory.resolve(file));
        }
        var real = new Models(StudentSettings.defaults(), List.of());
        String staged;
        try (var student = real.load(directory)) {
            staged = student.id();
        }
        put(StudentRelease.newBuilder(release(staged, StudentState.STAGED))
                .setDirectory(directory.toString())
                .build());
        Files.writeString(directory.resolve("thresholds.json"), "{\"default\": 0.5}");
        loader(real::load).update(false);
        assertThat(roster.loaded()).doesNotContain(staged);
        assertThat(reported().get("app/app-1/" + staged)).contains("the directory has the student");
    }

    /** Its id covers less, but it is what the control record of the earlier release names. */
    @Test
    void studentThatAnEarlierReleaseStagedIsLoadedUnderItsId() {
        var real = new Models(StudentSettings.defaults(), List.of());
        String earlier;
        try (var student = real.load(StudentSettings.PACKAGED)) {
            earlier = student.earlierId();
        }
        put(StudentRelease.newBuilder(release(earlier, StudentState.STAGED))
                .setDirectory(StudentSettings.PACKAGED.toString())
                .build());
        loader(real::load).update(false);
        try (var lease = roster.students().lease(earlier).orElseThrow()) {
            assertThat(lease.student().id()).isEqualTo(earlier);
        }
        roster.close();
    }

    @Test
    void modelWithAnotherDigestIsRefusedAndClosed() {
        put(StudentRelease.newBuilder(release("a@1", StudentState.ACTIVE, 0, 1))
                .setDirectory("/models/a@2")
                .build());
        loader.update(false);
        assertThat(roster.loaded()).containsExactly("base@0");
        assertThat(models.open()).isEqualTo(1);
        assertThat(roster.lacking()).containsExactly("a@1");
        assertThat(reported()).containsEntry("app/app-1/a@1", "/models/a@2: the directory has the student a@2");
    }

    @Test
    void brokenModelIsReportedAndTriedAgainOnlyOnceTheIntervalIsOver() {
        models.breakModel("a@1");
        put(release("a@1", StudentState.ACTIVE, 0, 1));
        loader.update(false);
        models.mend("a@1");
        loader.update(false);
        assertThat(reported()).containsEntry("app/app-1/a@1", "/models/a@1: it does not run");
        loader.update(true);
        assertThat(roster.lacking()).isEmpty();
        assertThat(reported()).containsEntry("app/app-1/a@1", "loaded");
    }

    @Test
    void studentStagedAgainElsewhereIsTriedAtOnce() {
        models.breakModel("a@1");
        put(release("a@1", StudentState.STAGED));
        loader.update(false);
        models.mend("a@1");
        put(StudentRelease.newBuilder(release("a@1", StudentState.STAGED))
                .setDirectory("/other/a@1")
                .build());
        loader.update(false);
        assertThat(roster.loaded()).contains("a@1");
    }

    /** The stretch it answers is over and gone, but a batch is still under way. */
    @Test
    void leaseKeepsAStudentOpenThatIsNeededNoMore() {
        put(release("a@1", StudentState.ACTIVE, 0, 1));
        loader.update(false);
        var lease = roster.students().lease("a@1").orElseThrow();
        var other = roster.students().lease("a@1").orElseThrow();
        put(release("a@1", StudentState.QUARANTINED, 0, 1));
        loader.update(false);
        assertThat(roster.students().lease("a@1")).isEmpty();
        other.close();
        other.close();
        assertThat(lease.student().tag(List.of("red shoes"))).hasSize(1);
        var student = lease.student();
        lease.close();
        assertThatThrownBy(() -> student.tag(List.of("red shoes"))).isInstanceOf(StudentException.class);
        assertThat(models.open()).isEqualTo(1);
    }

    /** Canary, then all keys, then the next student: fifty times, with a batch under way at each. */
    @Test
    void afterFiftySwapsAsManyAreOpenAsAfterFive() {
        int afterFive = 0;
        for (int swap = 1; swap <= 50; swap++) {
            put(stagedAt("s" + swap + "@1", swap * 10));
            loader.update(false);
            put(active(swap, swap * 10, 0.1));
            loader.update(false);
            try (var busy = roster.students()
                    .lease(roster.at(T.plusSeconds(swap * 10 - 1), "red shoes"))
                    .orElseThrow()) {
                put(active(swap, swap * 10, 0.1, swap * 10 + 5, 1));
                loader.update(swap % 3 == 0);
                assertThat(busy.student().tag(List.of("red shoes"))).hasSize(1);
            }
            if (swap == 5) {
                afterFive = models.open();
            }
        }
        assertThat(models.loads()).as("each was loaded once").isEqualTo(51);
        assertThat(afterFive).isEqualTo(3);
        assertThat(models.open()).isEqualTo(afterFive).isEqualTo(roster.size());
        assertThat(reported()).hasSize(afterFive);
    }

    @Test
    void reportIsWrittenAgainOnlyWhenItChangesOrTheIntervalIsOver() {
        put(release("a@1", StudentState.STAGED));
        loader.update(false);
        loader.update(false);
        assertThat(producer.history()).hasSize(2);
        loader.update(true);
        assertThat(producer.history()).hasSize(4);
    }

    @Test
    void processThatStartsLoadsWhatItsHistoryAsksForAndNamesWhatItCannotDoWithout() {
        var history = new StudentCatalog("base@0");
        history.put(release("a@1", StudentState.SUPERSEDED, 0, 1));
        history.put(release("b@1", StudentState.ACTIVE, 10, 1));
        history.put(stagedAt("c@1", 20));
        models.breakModel("a@1");
        models.breakModel("b@1");
        models.breakModel("c@1");
        assertThat(loader.prepare(history, T.plusSeconds(30)))
                .containsExactly("student b@1 can't be loaded from /models/b@1: it does not run");
        models.mend("b@1");
        assertThat(loader().prepare(history, T.plusSeconds(30))).isEmpty();
        assertThat(roster.loaded()).containsExactly("b@1", "base@0");
    }

    @Test
    void closingTakesTheReportsBackAndLeavesTheStudentOfTheSettingsToItsOwner() {
        put(release("a@1", StudentState.STAGED));
        loader.update(false);
        loader.close();
        roster.close();
        assertThat(reported()).isEmpty();
        assertThat(producer.closed()).isTrue();
        assertThat(models.open()).isEqualTo(1);
    }

    private static StudentRelease active(int swap, double... activations) {
        return StudentRelease.newBuilder(release("s" + swap + "@1", StudentState.ACTIVE, activations))
                .setStagedAt(T.plusSeconds(swap * 10))
                .build();
    }

    private void put(StudentRelease release) {
        assertThat(catalog.put(release)).isEmpty();
    }

    /** What a reader of the compacted topic sees. */
    private Map<String, String> reported() {
        var reported = new TreeMap<String, String>();
        for (var record : producer.history()) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                reported.remove(key);
            } else {
                var report = reports.deserializer().deserialize(record.topic(), record.value());
                reported.put(key, report.getLoaded() ? "loaded" : String.valueOf(report.getProblem()));
            }
        }
        return reported;
    }
}
