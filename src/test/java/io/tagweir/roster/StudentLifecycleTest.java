package io.tagweir.roster;

import static io.tagweir.roster.Releases.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.RuleViolation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentLifecycleTest {

    @ParameterizedTest
    @CsvSource({
        "STAGED,      STAGED SUPERSEDED ACTIVE QUARANTINED",
        "ACTIVE,      STAGED ACTIVE SUPERSEDED QUARANTINED",
        "SUPERSEDED,  ACTIVE SUPERSEDED QUARANTINED",
        "QUARANTINED, QUARANTINED"
    })
    void onlyTheseStatesMayFollow(StudentState state, String next) {
        for (var to : StudentState.values()) {
            boolean allowed = List.of(next.split(" ")).contains(to.name());
            assertThat(reason(of(state), of(to)).isEmpty())
                    .as("%s after %s", to, state)
                    .isEqualTo(allowed);
        }
    }

    /** A compacted topic may begin anywhere in a life. */
    @ParameterizedTest
    @CsvSource({"STAGED", "ACTIVE", "SUPERSEDED", "QUARANTINED"})
    void anyKnownStateMayBeTheFirstAndMayBeRepeated(StudentState state) {
        assertThat(reason(null, of(state))).isEmpty();
        assertThat(reason(of(state), of(state))).isEmpty();
    }

    @Test
    void recordThatCannotBeServedIsLeftOut() {
        var nowhere = StudentRelease.newBuilder(of(StudentState.STAGED))
                .setDirectory("")
                .build();
        assertThat(reason(null, nowhere)).contains(StudentLifecycle.NO_DIRECTORY);
        assertThat(reason(null, of(StudentState.UNKNOWN))).contains(RuleViolation.UNKNOWN_STATE);
        for (double share : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThat(reason(null, release("a@1", StudentState.ACTIVE, 0, share)))
                    .as("share %s", share)
                    .contains(StudentLifecycle.WRONG_SHARE);
        }
        assertThat(reason(null, release("a@1", StudentState.ACTIVE))).contains(RuleViolation.OUT_OF_ORDER);
        assertThat(reason(null, release("a@1", StudentState.STAGED, 0, 1))).contains(RuleViolation.OUT_OF_ORDER);
    }

    @Test
    void studentMayBeStagedAgainFromAnotherDirectoryInAnyStateButQuarantine() {
        for (var state : new StudentState[] {StudentState.STAGED, StudentState.ACTIVE, StudentState.SUPERSEDED}) {
            var moved = StudentRelease.newBuilder(of(state))
                    .setDirectory("/elsewhere")
                    .build();
            assertThat(reason(of(state), moved)).isEmpty();
        }
    }

    private static StudentRelease of(StudentState state) {
        return state == StudentState.ACTIVE || state == StudentState.SUPERSEDED
                ? release("a@1", state, 0, 1)
                : release("a@1", state);
    }

    private static Optional<String> reason(@Nullable StudentRelease known, StudentRelease next) {
        return StudentLifecycle.INSTANCE.violation(known, next).map(RuleViolation::reason);
    }
}
