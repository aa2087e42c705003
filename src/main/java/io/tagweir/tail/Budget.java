package io.tagweir.tail;

/**
 * The time in which an answer to a query is of use; milliseconds since the epoch.
 *
 * @param from the query's event time
 * @param until {@link #NEVER} where it is of use for ever
 */
record Budget(long from, long until) {

    static final long NEVER = Long.MAX_VALUE;

    boolean isEndless() {
        return until == NEVER;
    }

    boolean isOver(long now) {
        return now >= until;
    }

    /** When this share of the budget is used up. */
    long shareEnds(double share) {
        return isEndless() ? NEVER : from + (long) ((until - from) * share);
    }
}
