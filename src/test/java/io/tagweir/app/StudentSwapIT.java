package io.tagweir.app;

import io.tagweir.app.command.Await;
import io.tagweir.app.run.Application;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.StudentTopics;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.control.ControlRecords;
import io.tagweir.local.LocalCluster;
import io.tagweir.roster.StudentInstances;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances under traffic while their student is swapped: every answer comes from the student of its event time.
 */
class StudentSwapIT {

    private static final Duration LEAD = Duration.ofSeconds(3);

    /** A rollback holds from the moment it is written; an instance follows once it has read it. */
    private static final Duration HEARD = Duration.ofSeconds(3);

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    private final Clock clock = Clock.systemUTC();

    /** Histories by the event time from which they hold. */
    private final TreeMap<Instant, StudentTimeline> histories = new TreeMap<>();

    private final Map<String, Instant> sent = new TreeMap<>();

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /**
     *
     *
     * <pre>
     *   base ──► a, 0.3 ──► a ──► (instance two restarts) ──► b ──► rollback: a ──►
     * </pre>
     */
    @Test
    void everyAnswerComesFromTheStudentOfItsEventTimeAndNoneIsLost() throws Exception {
        var site = new Site(cluster, "swap", dir, Map.of());
        site.publish("v1", clock.instant().minusSeconds(60), List.of("popular"));
        histories.put(Instant.MIN, StudentTimeline.of(List.of(), "base@0"));
        var two = start(site, "two");
        try (var one = start(site, "one");
                var sender = site.sender();
                var outputs = site.outputs()) {
            pump(site, sender, outputs, "answers of the first student", () -> outputs.queries() > 200);
            stage(site, "a@1");
            pump(site, sender, outputs, "a@1 to be loaded", () -> isLoaded(site, "a@1"));
            activate(site, "a@1", 0.3);
            pumpPast(site, sender, outputs);
            activate(site, "a@1", 1);
            pumpPast(site, sender, outputs);
            two.close();
            two = start(site, "two");
            assertThat(two.swaps().orElseThrow().roster().lacking())
                    .as("it starts with what answers loaded")
                    .isEmpty();
            stage(site, "b@1");
            pump(site, sender, outputs, "b@1 to be loaded", () -> isLoaded(site, "b@1"));
            activate(site, "b@1", 1);
            pumpPast(site, sender, outputs);
            var rolledBack = change(
                    site, records -> StudentTransitions.rollback(records, "wrong brands", clock.instant(), LEAD));
            var settled = rolledBack.plus(HEARD).plusSeconds(2);
            pump(site, sender, outputs, "the rollback", () -> clock.instant().isAfter(settled));
            outputs.pollUntil("every query to be answered", () -> outputs.queries() == sent.size());
            outputs.pollToEnd();

            assertThat(outputs.deadLetters()).isEmpty();
            assertThat(outputs.repeated()).isEmpty();
            assertThat(outputs.answers().keySet()).isEqualTo(sent.keySet());
            var seen = new TreeSet<String>();
            outputs.answers().values().forEach(all -> seen.add(check(all.get(0), rolledBack)));
            assertThat(seen).containsExactly("a@1", "b@1", "base@0");
            assertThat(one.state()).isEqualTo(State.RUNNING);
        } finally {
            two.close();
        }
    }

    /** Returns the student that answered. */
    private String check(TaggedQuery answer, Instant rolledBack) {
        var time = sent.get(answer.getQueryId());
        var expected = new TreeSet<>(Set.of(expected(time, answer.getCanonicalQuery())));
        if (!time.isBefore(rolledBack.minus(HEARD)) && time.isBefore(rolledBack.plus(HEARD))) {
            expected.addAll(Set.of("a@1", "b@1"));
        }
        assertThat(answer.getSource()).as("%s", answer).isIn(Source.STUDENT, Source.CACHE);
        assertThat(answer.getStudent()).as("%s", answer).isIn(expected);
        assertThat(answer.getTags().get(0).getLabel()).isEqualTo(answer.getStudent());
        return answer.getStudent();
    }

    private String expected(Instant time, String canonical) {
        return histories.floorEntry(time).getValue().student(time, canonical);
    }

    private static Application start(Site site, String instance) {
        var own = Settings.of(site.given(instance, Map.of()));
        var application = Application.around(
                own, Site.PARTITIONS, new NamedStudent("base@0"), NamedStudent::in, Clock.systemUTC());
        Await.until(instance + " to run", Site.PATIENCE, () -> application.state() == State.RUNNING);
        return application;
    }

    private void stage(Site site, String id) {
        var made = StudentRelease.newBuilder()
                .setId(id)
                .setState(StudentState.STAGED)
                .setDirectory("/models/" + id)
                .setStagedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
        StudentTopics.control(site.settings()).change(records -> StudentTransitions.stage(records, made));
    }

    private void activate(Site site, String id, double share) {
        change(
                site,
                records -> StudentTransitions.activate(
                        records, id, share, clock.instant().plus(LEAD), clock.instant(), List.of()));
    }

    /** Returns the event time from which the new history holds. */
    private Instant change(Site site, Function<ControlRecords<StudentRelease>, List<StudentRelease>> decision) {
        var control = StudentTopics.control(site.settings());
        control.change(decision);
        var releases = control.read().byId().values();
        var last = releases.stream()
                .flatMap(release -> release.getActivations().stream())
                .map(activation -> activation.getFrom())
                .max(Instant::compareTo)
                .orElseThrow();
        histories.put(last, StudentTimeline.of(releases, "base@0"));
        return last;
    }

    private static boolean isLoaded(Site site, String id) {
        var instances =
                StudentInstances.of(StudentTopics.reports(site.settings()).read());
        return instances.running().values().stream().mapToInt(Set::size).sum() == 2
                && instances.without(id).isEmpty();
    }

    private void pumpPast(Site site, Sender sender, Outputs outputs) {
        var until = histories.lastKey().plusSeconds(2);
        pump(
                site,
                sender,
                outputs,
                "the event time " + until,
                () -> clock.instant().isAfter(until));
    }

    /** Sends and polls until the condition holds, a few queries ahead of the answers. */
    private void pump(Site site, Sender sender, Outputs outputs, String what, BooleanSupplier condition) {
        outputs.pollUntil(what, () -> {
            for (int i = 0; i < 5 && sent.size() < outputs.queries() + 500; i++) {
                String id = "q" + sent.size();
                var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                sent.put(id, now);
                var text = "rare " + sent.size() % 300;
                sender.query(id, text, site.event(id, text), now);
            }
            return condition.getAsBoolean();
        });
    }
}
