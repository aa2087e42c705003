package io.tagweir.snapshot;

/**
 * How many rows of a snapshot a partition has, and their checksum, which does not depend on their order. Immutable.
 *
 * <p>The checksum is the sum of the rows' hashes ({@link RowHash}) modulo 2<sup>64</sup>. So a row can be taken out
 * again, and one that is written twice can be counted once by whoever knows what was there before.
 */
public record Tally(long rows, long checksum) {

    public static final Tally NONE = new Tally(0, 0);

    public Tally with(long hash) {
        return new Tally(rows + 1, checksum + hash);
    }

    public Tally without(long hash) {
        return new Tally(rows - 1, checksum - hash);
    }

    @Override
    public String toString() {
        return rows + " rows, checksum " + Long.toHexString(checksum);
    }
}
