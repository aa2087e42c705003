package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.ControlKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The life of a student: which control record may follow which. Pure functions; whoever writes or reads
 * {@code students} asks here, so a record that breaks the rules is refused by all alike.
 *
 * <pre>
 *   STAGED ◄──► ACTIVE ◄──► SUPERSEDED        any ──► QUARANTINED, for ever
 * </pre>
 *
 * <p>ACTIVE goes back to STAGED where a planned activation was called off before it came; STAGED becomes SUPERSEDED at
 * once where it was activated for the past. In each of the first three a student may be staged anew, with another
 * directory: what it is follows from its id.
 */
public final class StudentLife {

    private static final Map<StudentState, Set<StudentState>> NEXT = new EnumMap<>(Map.of(
            StudentState.STAGED, EnumSet.of(StudentState.STAGED, StudentState.ACTIVE, StudentState.SUPERSEDED),
            StudentState.ACTIVE, EnumSet.of(StudentState.ACTIVE, StudentState.SUPERSEDED, StudentState.STAGED),
            StudentState.SUPERSEDED, EnumSet.of(StudentState.SUPERSEDED, StudentState.ACTIVE),
            StudentState.QUARANTINED, EnumSet.of(StudentState.QUARANTINED)));

    /** What makes a control record one of a student. */
    public static final ControlKind<StudentRelease> KIND = new ControlKind<>(
            "student",
            StudentRelease::getId,
            (known, next) -> refusal(known, next).map(Refusal::message));

    /** Why a control record is left out, as the meter counts it. */
    public enum Reason {
        UNKNOWN_STATE,
        NO_DIRECTORY,
        WRONG_SHARE,
        OUT_OF_ORDER,
        WRONG_KEY
    }

    /** Why a control record can't follow another. */
    public record Refusal(Reason reason, String message) {}

    private StudentLife() {}

    /** Whether a student in this state may be the next. */
    public static boolean allows(StudentState from, StudentState to) {
        return to == StudentState.QUARANTINED
                || NEXT.getOrDefault(from, Set.of()).contains(to);
    }

    /**
     * Why {@code next} can't follow {@code known}; empty where it can, as does a repetition of {@code known}.
     *
     * @param known the record taken before; null: none. A compacted topic may begin anywhere in a life.
     */
    public static Optional<Refusal> refusal(@Nullable StudentRelease known, StudentRelease next) {
        if (next.getState() == StudentState.UNKNOWN) {
            return refusal(Reason.UNKNOWN_STATE, next, "is in a state this release does not know");
        }
        if (next.getDirectory().isEmpty()) {
            return refusal(Reason.NO_DIRECTORY, next, "has no directory");
        }
        for (var activation : next.getActivations()) {
            if (!isShare(activation.getShare())) {
                return refusal(Reason.WRONG_SHARE, next, "has a share of " + activation.getShare());
            }
        }
        boolean activated = !next.getActivations().isEmpty();
        if (next.getState() == StudentState.STAGED && activated) {
            return refusal(Reason.OUT_OF_ORDER, next, "can't be STAGED with activations");
        }
        if ((next.getState() == StudentState.ACTIVE || next.getState() == StudentState.SUPERSEDED) && !activated) {
            return refusal(Reason.OUT_OF_ORDER, next, "can't be " + next.getState() + " without an activation");
        }
        if (known != null && !known.equals(next) && !allows(known.getState(), next.getState())) {
            return refusal(
                    Reason.OUT_OF_ORDER, next, "is " + known.getState() + " and can't become " + next.getState());
        }
        return Optional.empty();
    }

    /** Whether it is a share of the keys that a student can be given. */
    static boolean isShare(double share) {
        return share > 0 && share <= 1;
    }

    /** Whether a student may be chosen to answer at all. */
    static boolean answers(StudentRelease release) {
        return release.getState() == StudentState.ACTIVE || release.getState() == StudentState.SUPERSEDED;
    }

    private static Optional<Refusal> refusal(Reason reason, StudentRelease release, String what) {
        return Optional.of(new Refusal(reason, "the student " + release.getId() + " " + what));
    }
}
