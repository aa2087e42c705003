package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static io.tagweir.roster.Releases.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.Held;
import io.tagweir.control.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StudentTransitionsTest {

    private static final Duration LEAD = Duration.ofSeconds(3);

    @Test
    void stagingAnewKeepsTheLifeAndTakesTheNewFigures() {
        var known = StudentRelease.newBuilder(release("a@1", StudentState.SUPERSEDED, 0, 1))
                .setForced(List.of("slow"))
                .build();
        var made = StudentRelease.newBuilder(release("a@1", StudentState.STAGED))
                .setDirectory("/elsewhere")
                .setStagedAt(at(50))
                .setGoldenF1(0.7)
                .setForced(List.of("weak"))
                .build();
        var staged = StudentTransitions.stage(held(known), made).get(0);
        assertThat(staged.getState()).isEqualTo(StudentState.SUPERSEDED);
        assertThat(staged.getActivations()).isEqualTo(known.getActivations());
        assertThat(staged.getDirectory()).isEqualTo("/elsewhere");
        assertThat(staged.getForced()).containsExactly("slow", "weak");
        assertThat(StudentTransitions.stage(held(), made)).containsExactly(made);
    }

    @Test
    void quarantinedStudentIsNeitherStagedNorActivatedAgain() {
        var bad = StudentRelease.newBuilder(release("a@1", StudentState.QUARANTINED, 0, 1))
                .setReason("wrong brands")
                .build();
        assertThatThrownBy(() -> StudentTransitions.stage(held(bad), release("a@1", StudentState.STAGED)))
                .isInstanceOf(Refused.class)
                .hasMessage("the student a@1 is QUARANTINED: wrong brands");
        assertThatThrownBy(() -> StudentTransitions.activate(held(bad), "a@1", 1, at(10), at(5), List.of()))
                .isInstanceOf(Refused.class);
    }

    @Test
    void activationSupersedesTheOneBeforeAndACanaryDoesNot() {
        var held = held(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.STAGED));
        var canary = after(held, StudentTransitions.activate(held, "b@1", 0.05, at(10), at(7), List.of()));
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
     *   planned        b at 10        then c for 20: b is called off, as only one stretch may lie ahead
     * </pre>
     */
    @Test
    void planIsCalledOffByTheNextActivation() {
        var held = held(
                release("a@1", StudentState.SUPERSEDED, 0, 1),
                release("b@1", StudentState.ACTIVE, 10, 1),
                release("c@1", StudentState.STAGED));
        var next = after(held, StudentTransitions.activate(held, "c@1", 1, at(20), at(5), List.of()));
        assertThat(states(next)).containsExactly("a@1 SUPERSEDED", "b@1 STAGED", "c@1 ACTIVE");
        assertThat(timeline(next).at(at(15), "red shoes")).isEqualTo("a@1");
        var back = after(held, StudentTransitions.activate(held, "a@1", 1, at(6), at(5), List.of()));
        assertThat(states(back)).containsExactly("a@1 ACTIVE", "b@1 STAGED", "c@1 STAGED");
    }

    @Test
    void shareMustBeOneThatCanBeGiven() {
        var held = held(release("a@1", StudentState.ACTIVE, 0, 1));
        for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> StudentTransitions.activate(held, "a@1", share, at(10), at(5), List.of()))
                    .hasMessage("a share is more than 0 and at most 1, not " + share);
        }
        assertThatThrownBy(() -> StudentTransitions.activate(held, "a@1", 0.5, at(10), at(5), List.of()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("answers all queries");
        assertThatThrownBy(() -> StudentTransitions.activate(held, "b@1", 0.5, at(10), at(5), List.of()))
                .hasMessage("there is no student b@1; known: a@1");
    }

    @Test
    void momentThatIsTakenIsRefused() {
        var held = held(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.STAGED));
        assertThatThrownBy(() -> StudentTransitions.activate(held, "b@1", 1, at(0), at(5), List.of()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("choose another moment for b@1");
    }

    /** It goes back to what is loaded: the good one's own last stretch, and the one that begins now. */
    @Test
    void rollbackQuarantinesWhatAnswersAndNeedsNothingThatIsNotKept() {
        var held = held(
                release("a@1", StudentState.SUPERSEDED, 0, 1),
                release("b@1", StudentState.SUPERSEDED, 10, 1),
                release("c@1", StudentState.ACTIVE, 20, 1));
        var next = after(held, StudentTransitions.rollback(held, "wrong brands", at(30), LEAD));
        assertThat(states(next)).containsExactly("a@1 SUPERSEDED", "b@1 ACTIVE", "c@1 QUARANTINED");
        assertThat(next.require("c@1").getReason()).isEqualTo("wrong brands");
        assertThat(timeline(next).kept()).containsExactly("b@1");
        assertThat(timeline(next).at(at(25), "red shoes")).isEqualTo("b@1");
    }

    @Test
    void rollbackOfACanaryLeavesTheStableOne() {
        var held = held(release("a@1", StudentState.ACTIVE, 0, 1), release("b@1", StudentState.ACTIVE, 10, 0.5));
        var next = after(held, StudentTransitions.rollback(held, "slow", at(30), LEAD));
        assertThat(states(next)).containsExactly("a@1 ACTIVE", "b@1 QUARANTINED");
        assertThat(timeline(next).stretch(at(30)).students()).containsExactly("a@1");
    }

    @Test
    void rollbackOfTheFirstStudentGoesBackToThatOfTheSettings() {
        var held = held(release("a@1", StudentState.ACTIVE, 0, 1));
        var next = after(held, StudentTransitions.rollback(held, "slow", at(30), LEAD));
        assertThat(timeline(next).at(at(40), "red shoes")).isEqualTo(StudentTransitions.BASE);
        assertThatThrownBy(() -> StudentTransitions.rollback(next, "slow", at(40), LEAD))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("nothing to roll back");
    }

    @Test
    void rollbackIsRefusedJustBeforeASwitchToAnother() {
        var held = held(release("a@1", StudentState.SUPERSEDED, 0, 1), release("b@1", StudentState.ACTIVE, 32, 1));
        assertThatThrownBy(() -> StudentTransitions.rollback(held, "slow", at(30), LEAD))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("activate a@1 to call that off");
        var far = after(held, StudentTransitions.rollback(held, "slow", at(20), LEAD));
        assertThat(states(far)).containsExactly("a@1 QUARANTINED", "b@1 ACTIVE");
    }

    /** What is written is what every reader takes, in whatever order commands come; and few students stay loaded. */
    @Test
    void anySequenceOfCommandsWritesRecordsThatAllReadersTake() {
        var random = new Random(11);
        for (int round = 0; round < 100; round++) {
            var held = held();
            for (int step = 0; step < 40; step++) {
                var now = at(step * 10);
                String id = "s" + random.nextInt(5) + "@1";
                List<StudentRelease> written;
                try {
                    written = switch (random.nextInt(4)) {
                        case 0 -> StudentTransitions.stage(held, release(id, StudentState.STAGED));
                        case 1 -> StudentTransitions.rollback(held, "bad", now, LEAD);
                        default ->
                            StudentTransitions.activate(
                                    held,
                                    id,
                                    random.nextBoolean() ? 1 : 0.3,
                                    now.plusSeconds(random.nextInt(-20, 20)),
                                    now,
                                    List.of());
                    };
                } catch (Refused refused) {
                    continue;
                }
                held = after(held, written);
                var timeline = timeline(held);
                assertThat(timeline.planned(now)).hasSizeLessThanOrEqualTo(1);
                assertThat(timeline.kept()).containsAll(timeline.stretch(now).students());
            }
        }
    }

    private static Instant at(int second) {
        return T.plusSeconds(second);
    }

    private static StudentTimeline timeline(Held<StudentRelease> held) {
        return StudentTimeline.of(held.records().values(), StudentTransitions.BASE);
    }

    private static List<String> states(Held<StudentRelease> held) {
        return held.records().values().stream()
                .map(release -> release.getId() + " " + release.getState())
                .toList();
    }

    private static Held<StudentRelease> held(StudentRelease... releases) {
        return after(new Held<>(StudentLife.KIND, new TreeMap<>(), List.of()), List.of(releases));
    }

    /** The records after some more were written, each of which a reader must take. */
    private static Held<StudentRelease> after(Held<StudentRelease> held, List<StudentRelease> written) {
        var records = new TreeMap<>(held.records());
        for (var release : written) {
            assertThat(StudentLife.refusal(records.get(release.getId()), release))
                    .as("%s", release)
                    .isEmpty();
            records.put(release.getId(), release);
        }
        return new Held<>(StudentLife.KIND, records, List.of());
    }
}
