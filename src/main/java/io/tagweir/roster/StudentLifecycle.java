package io.tagweir.roster;

import static io.tagweir.avro.StudentState.ACTIVE;
import static io.tagweir.avro.StudentState.QUARANTINED;
import static io.tagweir.avro.StudentState.STAGED;
import static io.tagweir.avro.StudentState.SUPERSEDED;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.Lifecycle;
import io.tagweir.control.RuleViolation;
import io.tagweir.meter.ControlRefusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle of a student.
 *
 * <pre>
 *   STAGED ◄──► ACTIVE ◄──► SUPERSEDED        any ──► QUARANTINED, for ever
 * </pre>
 *
 * <p>ACTIVE goes back to STAGED if a planned activation is cancelled before it starts; STAGED becomes SUPERSEDED at
 * once if it is activated for the past. In each of the first three states a student may be staged again, also from
 * another directory: its id says which model it is.
 */
public final class StudentLifecycle extends Lifecycle<StudentRelease, StudentState> {

    public static final StudentLifecycle INSTANCE = new StudentLifecycle();

    static final String NO_DIRECTORY = ControlRefusal.NO_DIRECTORY.name();
    static final String WRONG_SHARE = ControlRefusal.WRONG_SHARE.name();

    private StudentLifecycle() {
        super(
                "student",
                StudentState.UNKNOWN,
                QUARANTINED,
                Map.of(
                        STAGED, Set.of(STAGED, ACTIVE, SUPERSEDED),
                        ACTIVE, Set.of(ACTIVE, SUPERSEDED, STAGED),
                        SUPERSEDED, Set.of(SUPERSEDED, ACTIVE)));
    }

    @Override
    protected String id(StudentRelease release) {
        return release.getId();
    }

    @Override
    protected StudentState state(StudentRelease release) {
        return release.getState();
    }

    @Override
    protected @Nullable String reason(StudentRelease release) {
        return release.getReason();
    }

    @Override
    protected Optional<RuleViolation> invalid(StudentRelease release) {
        if (release.getDirectory().isEmpty()) {
            return violation(NO_DIRECTORY, release, "has no directory");
        }
        for (var activation : release.getActivations()) {
            if (!isShare(activation.getShare())) {
                return violation(WRONG_SHARE, release, "has a share of " + activation.getShare());
            }
        }
        boolean activated = !release.getActivations().isEmpty();
        if (release.getState() == STAGED && activated) {
            return violation(RuleViolation.OUT_OF_ORDER, release, "can't be STAGED with activations");
        }
        if (mayAnswer(release) && !activated) {
            return violation(
                    RuleViolation.OUT_OF_ORDER, release, "can't be " + release.getState() + " without an activation");
        }
        return Optional.empty();
    }

    @Override
    protected List<String> stateChange(@Nullable StudentState before, StudentRelease release) {
        return before == null && release.getState() == STAGED
                ? List.of("student " + release.getId() + " is staged")
                : List.of();
    }

    @Override
    protected List<String> answers(StudentRelease release) {
        return release.getActivations().stream()
                .map(activation -> share(activation) + " from " + activation.getFrom() + " on")
                .toList();
    }

    private static String share(StudentActivation activation) {
        return activation.getShare() < 1 ? "a share of " + activation.getShare() + " of all misses" : "all misses";
    }

    /** Whether a student can be given this share of the keys. */
    static boolean isShare(double share) {
        return share > 0 && share <= 1;
    }

    /** Whether the state of a student allows it to answer. */
    static boolean mayAnswer(StudentRelease release) {
        return release.getState() == ACTIVE || release.getState() == SUPERSEDED;
    }
}
