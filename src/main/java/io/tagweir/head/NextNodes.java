package io.tagweir.head;

/**
 * Names of the nodes behind a lookup. Each {@link Outcome} is handed to its own and no other: to offer every outcome to
 * all of them, for filters to choose from, is a tenth of what a hit costs.
 *
 * @param hit takes {@link Outcome.Hit}
 * @param miss takes {@link Outcome.ForTail}
 * @param wanted takes {@link Outcome.Wanted}
 * @param elsewhere takes {@link Outcome.Elsewhere}; there is none behind a lookup that comes after the hop
 */
public record NextNodes(String hit, String miss, String wanted, String elsewhere) {

    /** Behind the lookup of queries as they come. */
    public static final NextNodes STRAIGHT = new NextNodes("write-hit", "miss", "wanted", "elsewhere");

    /** Behind the lookup of queries that took the hop to their partition. */
    public static final NextNodes REROUTED =
            new NextNodes("write-hit-rerouted", "miss-rerouted", "wanted-rerouted", "");
}
