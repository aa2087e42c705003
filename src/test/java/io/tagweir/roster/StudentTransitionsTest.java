package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static io.tagweir.roster.Releases.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.ControlRecords;
import io.tagweir.reason.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StudentTransitionsTest {

    private static final Duration LEAD = Duration.ofSeconds(3);

    @Test
    void stagingAgainKeepsTheHistoryAndTakesTheNewFigures() {
        var known = StudentRelease.newBuilder(release("a@1", StudentState.SUPERSEDED, 0, 1))
                .setForced(List.of("slow"))
                .build();
        var made = StudentRelease.newBuilder(release("a@1", StudentState.STAGED))
                .setDirectory("/elsewhere")
                .setStagedAt(at(50))
                .setGoldenF1(0.7)
                .setForced(List.of("weak"))
                .build();
        var staged = StudentTransitions.stage(records(known), made).get(0);
        assertThat(staged.getState()).isEqualTo(StudentState.SUPERSEDED);
        assertThat(staged.getActivations()).isEqualTo(known.getActivations());
        assertThat(staged.getDirectory()).isEqualTo("/elsewhere");
        assertThat(staged.getForced()).containsExactly("slow", "weak");
        assertThat(StudentTransitions.stage(records(), made)).containsExactly(made);
    }

    @Test
    void quarantinedStudentIsNeitherStagedNorActivatedAgain() {
        var bad = StudentRelease.newBuilder(release("a@1", StudentState.QUARANTINED, 0, 1))
                .setReason("wrong brands")
                .build();
        assertThatThrownBy(() -> StudentTransitions.stage(records(bad), release("a@1", StudentState.STAGED)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the student a@1 is QUARANTINED: wrong brands");
        assertThatThrownBy(() -> StudentTransitions.activate(records(bad), "a@1", 1, at(10), at(5), List.of()))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void activationSupersedesTheOneBeforeAndACanaryDoesNot() {
        var records = records(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.STAGED));
        var canary = after(records, StudentTransitions.activate(records, "b@1", 0.05, at(10), at(7), List.of()));
        assertThat(states(canary)).containsExactly("a@1 ACTIVE", "b@1 ACTIVE");
        var full = after(canary, StudentTransitions.activate(canary, "b@1", 1, at(20), at(17), List.of("forced")));
        assertThat(states(full)).containsExactly("a@1 SUPERSEDED", "b@1 ACTIVE");
        assertThat(full.require("b@1").getForced()).containsExactly("forced");
        assertThat(full.require("b@1").getActivations()).hasSize(2);
    }

    /**
     *
     *
     * <pre>
     *   now       5
     *   planned        b at 10        then c for 20: b is cancelled, as only one stretch may lie ahead
     * </pre>
     */
    @Test
    void planIsCalledOffByTheNextActivation() {
        var records = records(
                release("a@1", StudentState.SUPERSEDED, 0, 1),
                release("b@1", StudentState.ACTIVE, 10, 1),
                release("c@1", StudentState.STAGED));
        var next = after(records, StudentTransitions.activate(records, "c@1", 1, at(20), at(5), List.of()));
        assertThat(states(next)).containsExactly("a@1 SUPERSEDED", "b@1 STAGED", "c@1 ACTIVE");
        assertThat(timeline(next).student(at(15), "red shoes")).isEqualTo("a@1");
        var back = after(records, StudentTransitions.activate(records, "a@1", 1, at(6), at(5), List.of()));
        assertThat(states(back)).containsExactly("a@1 ACTIVE", "b@1 STAGED", "c@1 STAGED");
    }

    @Test
    void shareMustBeOneThatCanBeGiven() {
        var records = records(release("a@1", StudentState.ACTIVE, 0, 1));
        for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> StudentTransitions.activate(records, "a@1", share, at(10), at(5), List.of()))
                    .hasMessage("a share must be above 0 and at most 1, not " + share);
        }
        assertThatThrownBy(() -> StudentTransitions.activate(records, "a@1", 0.5, at(10), at(5), List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("answers all queries");
        assertThatThrownBy(() -> StudentTransitions.activate(records, "b@1", 0.5, at(10), at(5), List.of()))
                .hasMessage("there is no student b@1; known: a@1");
    }

    @Test
    void momentThatIsTakenIsRefused() {
        var records = records(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.STAGED));
        assertThatThrownBy(() -> StudentTransitions.activate(records, "b@1", 1, at(0), at(5), List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("choose another time for b@1");
    }

    /** It goes back to what is loaded: the good one's own last stretch, and the one that begins now. */
    @Test
    void rollbackQuarantinesWhatAnswersAndNeedsNothingThatIsNotKept() {
        var records = records(
                release("a@1", StudentState.SUPERSEDED, 0, 1),
                release("b@1", StudentState.SUPERSEDED, 10, 1),
                release("c@1", StudentState.ACTIVE, 20, 1));
        var next = after(records, StudentTransitions.rollback(records, "wrong brands", at(30), LEAD));
        assertThat(states(next)).containsExactly("a@1 SUPERSEDED", "b@1 ACTIVE", "c@1 QUARANTINED");
        assertThat(next.require("c@1").getReason()).isEqualTo("wrong brands");
        assertThat(timeline(next).loaded()).containsExactly("b@1");
        assertThat(timeline(next).student(at(25), "red shoes")).isEqualTo("b@1");
    }

    @Test
    void rollbackOfACanaryLeavesTheStableOne() {
        var records = records(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.ACTIVE, 10, 0.5));
        var next = after(records, StudentTransitions.rollback(records, "slow", at(30), LEAD));
        assertThat(states(next)).containsExactly("a@1 ACTIVE", "b@1 QUARANTINED");
        assertThat(timeline(next).interval(at(30)).students()).containsExactly("a@1");
    }

    @Test
    void rollbackOfTheFirstStudentGoesBackToThatOfTheSettings() {
        var records = records(release("a@1", StudentState.ACTIVE, 0, 1));
        var next = after(records, StudentTransitions.rollback(records, "slow", at(30), LEAD));
        assertThat(timeline(next).student(at(40), "red shoes")).isEqualTo(StudentTransitions.BASE);
        assertThatThrownBy(() -> StudentTransitions.rollback(next, "slow", at(40), LEAD))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing to roll back");
    }

    @Test
    void rollbackIsRefusedJustBeforeASwitchToAnother() {
        var records =
                records(release("a@1", StudentState.SUPERSEDED, 0, 1), release("b@1", StudentState.ACTIVE, 32, 1));
        assertThatThrownBy(() -> StudentTransitions.rollback(records, "slow", at(30), LEAD))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("activate a@1 to cancel that");
        var far = after(records, StudentTransitions.rollback(records, "slow", at(20), LEAD));
        assertThat(states(far)).containsExactly("a@1 QUARANTINED", "b@1 ACTIVE");
    }

    /** What is written is what every reader takes, in whatever order commands come; and few students stay loaded. */
    @Test
    void anySequenceOfCommandsWritesRecordsThatAllReadersTake() {
        var random = new Random(11);
        for (int round = 0; round < 100; round++) {
            var records = records();
            for (int step = 0; step < 40; step++) {
                var now = at(step * 10);
                String id = "s" + random.nextInt(5) + "@1";
                List<StudentRelease> written;
                try {
                    written = switch (random.nextInt(4)) {
                        case 0 -> StudentTransitions.stage(records, release(id, StudentState.STAGED));
                        case 1 -> StudentTransitions.rollback(records, "bad", now, LEAD);
                        default ->
                            StudentTransitions.activate(
                                    records,
                                    id,
                                    random.nextBoolean() ? 1 : 0.3,
                                    now.plusSeconds(random.nextInt(-20, 20)),
                                    now,
                                    List.of());
                    };
                } catch (RefusedException refused) {
                    continue;
                }
                records = after(records, written);
                var timeline = timeline(records);
                assertThat(timeline.planned(now)).hasSizeLessThanOrEqualTo(1);
                assertThat(timeline.loaded()).containsAll(timeline.interval(now).students());
            }
        }
    }

    private static Instant at(int second) {
        return T.plusSeconds(second);
    }

    private static StudentTimeline timeline(ControlRecords<StudentRelease> records) {
        return StudentTimeline.of(records.byId().values(), StudentTransitions.BASE);
    }

    private static List<String> states(ControlRecords<StudentRelease> records) {
        return records.byId().values().stream()
                .map(release -> release.getId() + " " + release.getState())
                .toList();
    }

    private static ControlRecords<StudentRelease> records(StudentRelease... releases) {
        return after(new ControlRecords<>("student", new TreeMap<>(), List.of()), List.of(releases));
    }

    /** The records after some more were written, each of which a reader must take. */
    private static ControlRecords<StudentRelease> after(
            ControlRecords<StudentRelease> records, List<StudentRelease> written) {
        var next = new TreeMap<>(records.byId());
        for (var release : written) {
            assertThat(StudentLifecycle.INSTANCE.violation(next.get(release.getId()), release))
                    .as("%s", release)
                    .isEmpty();
            next.put(release.getId(), release);
        }
        return new ControlRecords<>("student", next, List.of());
    }
}
