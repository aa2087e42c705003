package io.tagweir.bench;

/**
 * Hands out queries that no head holds and that nobody has asked for before, so that neither a head nor a cache answers
 * them. Owned by one thread.
 */
public final class Unasked {

    private int next;

    /** @param heads the heads that are asked hold the queries numbered below this */
    public Unasked(int heads) {
        this.next = heads;
    }

    /** The first number of {@code count} queries in a row. */
    int take(int count) {
        int first = next;
        if (count > Queries.COUNT - first) {
            throw new IllegalStateException(
                    "the benchmark has asked for all " + Queries.COUNT + " queries there are; run fewer scenarios");
        }
        next += count;
        return first;
    }
}
