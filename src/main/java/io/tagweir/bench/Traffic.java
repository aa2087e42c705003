package io.tagweir.bench;

import java.util.function.IntFunction;

/**
 * Texts to be asked for: head queries drawn by Zipf's law (exponent 1), and among them, evenly spread, queries that no
 * head holds, each once.
 *
 * @param headRows the head holds the queries numbered below this
 * @param missShare share of the queries that miss, 0 to 1
 * @param firstMiss number of the first query missed; the next miss has the next number
 */
public record Traffic(int headRows, double missShare, int firstMiss) {

    public Traffic {
        if (!(missShare >= 0 && missShare <= 1) || headRows < 1 && missShare < 1 || firstMiss < headRows) {
            throw new IllegalArgumentException("no such traffic: a head of " + headRows + " rows, a share of "
                    + missShare + " misses from number " + firstMiss);
        }
    }

    public static Traffic hits(int headRows) {
        return new Traffic(headRows, 0, headRows);
    }

    /** Misses in this share, whose numbers are still to be had by {@link #anew}. */
    public static Traffic mixed(int headRows, double missShare) {
        return new Traffic(headRows, missShare, headRows);
    }

    /** How many of the first {@code queries} miss. */
    public int misses(int queries) {
        return (int) (queries * missShare);
    }

    /** The same traffic with misses that were never asked for before, enough of them for so many queries. */
    Traffic anew(int queries, Unasked unasked) {
        int misses = misses(queries);
        return misses == 0 ? this : new Traffic(headRows, missShare, unasked.take(misses));
    }

    /** The texts in their order, to be asked for from number 0 on; the same for the same seed. */
    public IntFunction<String> texts(long seed) {
        var ranks = new Zipf(Math.max(1, headRows), 1, seed);
        return i -> misses(i + 1) > misses(i) ? Queries.text(firstMiss + misses(i)) : Queries.text(ranks.next());
    }
}
