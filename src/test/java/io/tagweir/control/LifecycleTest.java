package io.tagweir.control;

import static io.tagweir.control.Door.LIFECYCLE;
import static io.tagweir.control.Door.locked;
import static io.tagweir.control.Door.open;
import static io.tagweir.control.Door.shut;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LifecycleTest {

    @Test
    void firstRecordMayHaveAnyKnownState() {
        assertThat(LIFECYCLE.violation(null, open("a", 1))).isEmpty();
        assertThat(LIFECYCLE.violation(null, locked("a"))).isEmpty();
        assertThat(LIFECYCLE.violation(null, new Door("a", Door.State.UNKNOWN, 0)))
                .contains(new RuleViolation(
                        RuleViolation.UNKNOWN_STATE, "the door a is in a state that this release does not know"));
    }

    @Test
    void recordFollowsAlongTheArrowsOrRepeatsTheLast() {
        assertThat(LIFECYCLE.violation(shut("a"), open("a", 1))).isEmpty();
        assertThat(LIFECYCLE.violation(open("a", 1), open("a", 1))).isEmpty();
        assertThat(LIFECYCLE.violation(open("a", 1), open("a", 2)))
                .contains(new RuleViolation(RuleViolation.OUT_OF_ORDER, "the door a is OPEN and can't become OPEN"));
        assertThat(LIFECYCLE.violation(open("a", 1), shut("a"))).isPresent();
    }

    @Test
    void anyStateCanBeQuarantinedAndNoneFollows() {
        assertThat(LIFECYCLE.violation(open("a", 1), locked("a"))).isEmpty();
        assertThat(LIFECYCLE.violation(locked("a"), open("a", 1))).isPresent();
    }

    @Test
    void ownRulesHoldForTheFirstRecordToo() {
        assertThat(LIFECYCLE.violation(null, open("a", -1)))
                .contains(new RuleViolation(Door.NEGATIVE, "the door a opens too early"));
    }

    @Test
    void changesNameTheStateWhatIsAnsweredAndWhatIsCancelled() {
        assertThat(LIFECYCLE.changes(null, open("a", 1)))
                .containsExactly("door a is now OPEN", "door a answers knocks from second 1 on");
        assertThat(LIFECYCLE.changes(open("a", 1), open("a", 1))).isEmpty();
        assertThat(LIFECYCLE.changes(open("a", 1), shut("a")))
                .containsExactly(
                        "door a is now SHUT",
                        "door a does not answer knocks from second 1 on: the activation is cancelled");
        assertThat(LIFECYCLE.changes(open("a", 1), locked("a")))
                .containsExactly("door a is quarantined and answers no more: burglars");
        assertThat(LIFECYCLE.changes(locked("a"), locked("a"))).isEmpty();
    }
}
