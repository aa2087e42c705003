package io.tagweir.tail;

import io.tagweir.avro.Priority;
import java.util.Comparator;

/**
 * How soon a query wants its answer: by priority first, then by deadline, the earliest first.
 *
 * <p>Priority comes first because earliest-deadline-first alone lets every class miss its deadlines together once there
 * is more work than time.
 *
 * @param rank 0 for INTERACTIVE, 1 for STANDARD, 2 for BACKGROUND, {@link #NOBODY_WAITS} for what nobody waits for
 * @param deadline milliseconds since the epoch; {@link Long#MAX_VALUE}: none
 */
record Urgency(int rank, long deadline) implements Comparable<Urgency> {

    static final int NOBODY_WAITS = Priority.values().length;

    /** How many ranks there are. */
    static final int RANKS = NOBODY_WAITS + 1;

    private static final Comparator<Urgency> MOST_URGENT_FIRST =
            Comparator.comparingInt(Urgency::rank).thenComparingLong(Urgency::deadline);

    /** Of what nobody waits for: behind everything else, first come, first served. */
    static Urgency none() {
        return new Urgency(NOBODY_WAITS, Budget.NEVER);
    }

    boolean isInteractive() {
        return rank == Priority.INTERACTIVE.ordinal();
    }

    /** Whether anybody waits. */
    boolean isAny() {
        return rank < NOBODY_WAITS;
    }

    static Urgency of(Priority priority, long deadline) {
        return new Urgency(priority.ordinal(), deadline);
    }

    @Override
    public int compareTo(Urgency other) {
        return MOST_URGENT_FIRST.compare(this, other);
    }
}
