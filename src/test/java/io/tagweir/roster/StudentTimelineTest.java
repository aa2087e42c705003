package io.tagweir.roster;

import static io.tagweir.roster.Releases.T;
import static io.tagweir.roster.Releases.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.query.HeldOut;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StudentTimelineTest {

    private static final String BASE = "base@0";

    @Test
    void studentOfTheSettingsAnswersWhereNothingIsActive() {
        var timeline = timeline(release("a@1", StudentState.STAGED), release("b@1", StudentState.QUARANTINED, 0, 1));
        assertThat(timeline.student(T, "red shoes")).isEqualTo(BASE);
        assertThat(timeline.loaded()).containsExactly(BASE);
    }

    /**
     *
     *
     * <pre>
     *   0          10      20
     *   base ──►   a ──►   b ──►
     * </pre>
     */
    @Test
    void activationHoldsUntilTheNextOneAndTheOldestKeptAnswersWhatIsOlder() {
        var a = release("a@1", StudentState.SUPERSEDED, 10, 1);
        assertThat(answers(timeline(a), 0, 9, 10, 30)).containsExactly(BASE, BASE, "a@1", "a@1");
        var both = timeline(a, release("b@1", StudentState.ACTIVE, 20, 1));
        assertThat(answers(both, 0, 10, 19, 20, 30)).containsExactly("a@1", "a@1", "a@1", "b@1", "b@1");
        assertThat(both.loaded()).containsExactly("a@1", "b@1");
    }

    /**
     *
     *
     * <pre>
     *   10     20           30          40
     *   a ──►  b, 0.2 ──►   b, 0.6 ──►  b ──►
     * </pre>
     */
    @Test
    void canaryAnswersItsShareOfTheKeysAndKeepsThemAsItGrows() {
        var a = release("a@1", StudentState.SUPERSEDED, 10, 1);
        var small = keysOf("b@1", timeline(a, release("b@1", StudentState.ACTIVE, 20, 0.2)), 25);
        var large = keysOf("b@1", timeline(a, release("b@1", StudentState.ACTIVE, 20, 0.2, 30, 0.6)), 35);
        var all = keysOf("b@1", timeline(a, release("b@1", StudentState.ACTIVE, 20, 0.2, 30, 0.6, 40, 1)), 45);
        assertThat(small.size() / 10_000.0).isCloseTo(0.2, within(0.015));
        assertThat(large.size() / 10_000.0).isCloseTo(0.6, within(0.015));
        assertThat(large).containsAll(small);
        assertThat(all).hasSize(10_000);
    }

    @Test
    void canariesAreTriedOnOtherKeysEachAndNotOnThoseHeldOutFromTraining() {
        var a = release("a@1", StudentState.SUPERSEDED, 10, 1);
        var one = keysOf("b@1", timeline(a, release("b@1", StudentState.ACTIVE, 20, 0.2)), 25);
        var other = keysOf("c@1", timeline(a, release("c@1", StudentState.ACTIVE, 20, 0.2)), 25);
        var both = new ArrayList<>(one);
        both.retainAll(other);
        assertThat(both.size() / (double) one.size()).isCloseTo(0.2, within(0.05));
        var heldOut = new HeldOut(0.2);
        assertThat(one.stream().filter(heldOut::contains).count() / (double) one.size())
                .isCloseTo(0.2, within(0.05));
    }

    /**
     *
     *
     * <pre>
     *   10     20           30           40
     *   a ──►  b, 0.5 ──►   c, 0.5 ──►   a ──►      a in full ends the canary
     * </pre>
     */
    @Test
    void nextCanaryTakesThePlaceOfTheOneBeforeAndTheStableStays() {
        var a = release("a@1", StudentState.ACTIVE, 10, 1, 40, 1);
        var b = release("b@1", StudentState.SUPERSEDED, 20, 0.5);
        var c = release("c@1", StudentState.SUPERSEDED, 30, 0.5);
        assertThat(timeline(a, b, c).interval(T.plusSeconds(25)).students()).containsExactlyInAnyOrder("a@1", "b@1");
        assertThat(timeline(a, b, c).interval(T.plusSeconds(35)).students()).containsExactlyInAnyOrder("a@1", "c@1");
        assertThat(answers(timeline(a, b, c), 40, 50)).containsOnly("a@1");
        assertThat(timeline(a, b, c).loaded()).containsExactly("a@1", "c@1");
    }

    @Test
    void quarantinedStudentIsNeverChosenNotEvenForItsPast() {
        var a = release("a@1", StudentState.ACTIVE, 10, 1, 30, 1);
        var bad = release("b@1", StudentState.QUARANTINED, 20, 1);
        assertThat(answers(timeline(a, bad), 10, 20, 25, 30)).containsOnly("a@1");
    }

    /**
     * Whatever the history: the order of the records does not matter, each answer is one of the kept, they are few
     * however long the history is, and a query older than all is answered as the first moment kept.
     */
    @Test
    void anyHistoryGivesEveryInstanceTheSameAnswersFromFewStudents() {
        var random = new Random(5);
        for (int round = 0; round < 300; round++) {
            var releases = history(random);
            var timeline = StudentTimeline.of(releases, BASE);
            Collections.shuffle(releases, random);
            var other = StudentTimeline.of(releases, BASE);
            assertThat(timeline.loaded()).hasSizeLessThanOrEqualTo(3);
            for (int query = 0; query < 50; query++) {
                var time = T.plusSeconds(random.nextInt(-5, 110));
                var key = "query " + random.nextInt(1_000);
                var answer = timeline.student(time, key);
                assertThat(other.student(time, key)).isEqualTo(answer);
                assertThat(timeline.loaded()).contains(answer);
                assertThat(timeline.onwards(time)).contains(answer);
            }
        }
    }

    private static List<StudentRelease> history(Random random) {
        var releases = new ArrayList<StudentRelease>();
        for (int student = 0; student < 1 + random.nextInt(8); student++) {
            var activations = new double[2 * (1 + random.nextInt(3))];
            for (int i = 0; i < activations.length; i += 2) {
                activations[i] = random.nextInt(100);
                activations[i + 1] = random.nextBoolean() ? 1 : 0.01 + 0.9 * random.nextDouble();
            }
            var state = random.nextInt(4) == 0 ? StudentState.QUARANTINED : StudentState.SUPERSEDED;
            releases.add(release("s" + student + "@1", state, activations));
        }
        return releases;
    }

    private static StudentTimeline timeline(StudentRelease... releases) {
        return StudentTimeline.of(List.of(releases), BASE);
    }

    private static List<String> answers(StudentTimeline timeline, int... seconds) {
        return IntStream.of(seconds)
                .mapToObj(second -> timeline.student(T.plusSeconds(second), "red shoes"))
                .toList();
    }

    private static List<String> keysOf(String student, StudentTimeline timeline, int second) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "query " + i)
                .filter(key -> timeline.student(T.plusSeconds(second), key).equals(student))
                .toList();
    }
}
