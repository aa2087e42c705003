package io.tagweir.bench;

/**
 * Hands out numbers of {@link Queries} that no head holds and that were never sent before, so that neither a head nor a
 * cache can answer them. Owned by one thread.
 */
public final class UniqueMisses {

    private int next;

    /** @param headRows heads hold the queries numbered below this */
    public UniqueMisses(int headRows) {
        this.next = headRows;
    }

    /** Reserves {@code count} consecutive numbers and returns the first. */
    public int take(int count) {
        int first = next;
        if (count > Queries.COUNT - first) {
            throw new IllegalStateException(
                    "the benchmark has used all " + Queries.COUNT + " distinct queries; run fewer scenarios at once");
        }
        next += count;
        return first;
    }
}
