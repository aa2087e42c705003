package io.tagweir.inference;

import io.tagweir.avro.Priority;
import java.util.Comparator;

/**
 * Order in which requests are served: by priority, then by deadline, the earliest first.
 *
 * <p>Priority comes first because with earliest-deadline-first alone every class misses its deadlines together under
 * overload.
 *
 * @param rank 0 for INTERACTIVE, 1 for STANDARD, 2 for BACKGROUND, {@link #LOWEST_RANK} for requests whose result
 *     nobody awaits
 * @param deadline milliseconds since the epoch, or {@link #NO_DEADLINE}
 */
public record Urgency(int rank, long deadline) implements Comparable<Urgency> {

    public static final long NO_DEADLINE = Long.MAX_VALUE;

    static final int LOWEST_RANK = Priority.values().length;

    /** Number of ranks. */
    static final int RANKS = LOWEST_RANK + 1;

    private static final Comparator<Urgency> MOST_URGENT_FIRST =
            Comparator.comparingInt(Urgency::rank).thenComparingLong(Urgency::deadline);

    /** Of a request whose result nobody awaits: after all others. */
    public static Urgency lowest() {
        return new Urgency(LOWEST_RANK, NO_DEADLINE);
    }

    public static Urgency of(Priority priority, long deadline) {
        return new Urgency(priority.ordinal(), deadline);
    }

    boolean isInteractive() {
        return rank == Priority.INTERACTIVE.ordinal();
    }

    /** Whether anybody awaits the result. */
    boolean isAwaited() {
        return rank < LOWEST_RANK;
    }

    @Override
    public int compareTo(Urgency other) {
        return MOST_URGENT_FIRST.compare(this, other);
    }
}
