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
import io.tagweir.roster.StudentInstances;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two instances under traffic while their student is swapped: every answer comes from the student of its event time.
 */
class StudentSwapIT {

    private static final Duration LEAD = Duration.ofSeconds(3);

    /** How long after a rollback takes effect an instance may not have read it. */
    private static final Duration HEARD = Duration.ofSeconds(3);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private final Clock clock = Clock.systemUTC();
    private final Deployment deployment = CLUSTER.deployment("swap");
    private final Outputs outputs = deployment.outputs();

    /** Histories by the event time from which they hold. */
    private final TreeMap<Instant, StudentTimeline> histories = new TreeMap<>();

    private final Map<String, Instant> sent = new TreeMap<>();

    /**
     *
     *
     * <pre>
     *   base ──► a, 0.3 ──► a ──► (instance two restarts) ──► b ──► rollback: a ──►
     * </pre>
     */
    @Test
    void everyAnswerComesFromTheStudentOfItsEventTimeAndNoneIsLost() throws Exception {
        deployment.publish("v1", clock.instant().minusSeconds(60), List.of("popular"));
        histories.put(Instant.MIN, StudentTimeline.of(List.of(), "base@0"));
        var two = start("two");
        var one = start("one");
        pump("answers of the first student", () -> outputs.queries() > 200);
        stage("a@1");
        pump("a@1 to be loaded", () -> isLoaded("a@1"));
        activate("a@1", 0.3);
        pumpPastSwitch();
        activate("a@1", 1);
        pumpPastSwitch();
        two.close();
        two = start("two");
        assertThat(two.swaps().orElseThrow().roster().lacking())
                .as("active students that it has not loaded when it starts")
                .isEmpty();
        stage("b@1");
        pump("b@1 to be loaded", () -> isLoaded("b@1"));
        activate("b@1", 1);
        pumpPastSwitch();
        var rolledBack = change(records -> StudentTransitions.rollback(records, "wrong brands", clock.instant(), LEAD));
        var settled = rolledBack.plus(HEARD).plusSeconds(2);
        pump("the rollback", () -> clock.instant().isAfter(settled));
        outputs.await(sent.size());
        outputs.pollToEnd();

        assertThat(outputs.deadLetters()).isEmpty();
        assertThat(outputs.repeated()).isEmpty();
        assertThat(outputs.answers().keySet()).isEqualTo(sent.keySet());
        var seen = new TreeSet<String>();
        outputs.answers().values().forEach(all -> seen.add(check(all.get(0), rolledBack)));
        assertThat(seen).containsExactly("a@1", "b@1", "base@0");
        assertThat(one.state()).isEqualTo(State.RUNNING);
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

    private Application start(String instance) {
        var settings = deployment.settings(instance);
        return deployment.start(() -> Application.around(
                settings, Deployment.PARTITIONS, new NamedStudent("base@0"), NamedStudent::in, clock));
    }

    private void stage(String id) {
        var made = StudentRelease.newBuilder()
                .setId(id)
                .setState(StudentState.STAGED)
                .setDirectory("/models/" + id)
                .setStagedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
        StudentTopics.control(deployment.settings()).change(records -> StudentTransitions.stage(records, made));
    }

    private void activate(String id, double share) {
        change(records -> StudentTransitions.activate(
                records, id, share, clock.instant().plus(LEAD), clock.instant(), List.of()));
    }

    /** Returns the event time from which the new history holds. */
    private Instant change(Function<ControlRecords<StudentRelease>, List<StudentRelease>> decision) {
        var control = StudentTopics.control(deployment.settings());
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

    private boolean isLoaded(String id) {
        var instances =
                StudentInstances.of(StudentTopics.reports(deployment.settings()).read());
        return instances.running().values().stream().mapToInt(Set::size).sum() == 2
                && instances.without(id).isEmpty();
    }

    private void pumpPastSwitch() {
        var until = histories.lastKey().plusSeconds(2);
        pump("the event time " + until, () -> clock.instant().isAfter(until));
    }

    /** Sends and polls until the condition holds, at most 500 queries ahead of the answers. */
    private void pump(String what, BooleanSupplier condition) {
        outputs.await(what, () -> {
            for (int i = 0; i < 5 && sent.size() < outputs.queries() + 500; i++) {
                String id = "q" + sent.size();
                var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                sent.put(id, now);
                deployment.query(id, "rare " + sent.size() % 300, now);
            }
            return condition.getAsBoolean();
        });
    }
}
