package io.tagweir.tail;

import io.tagweir.inference.Urgency;

/**
 * The time in which an answer to a query is useful, in milliseconds since the epoch.
 *
 * @param from event time of the query
 * @param until {@link #NEVER}: useful at any time
 */
record Deadline(long from, long until) {

    static final long NEVER = Urgency.NO_DEADLINE;

    boolean isNone() {
        return until == NEVER;
    }

    boolean hasPassed(long now) {
        return now >= until;
    }

    /** When this share of the time has passed. */
    long shareEnds(double share) {
        return isNone() ? NEVER : from + (long) ((until - from) * share);
    }
}
