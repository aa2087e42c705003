package io.tagweir.snapshot;

/**
 * The number of rows of a snapshot in a partition, and their checksum, which does not depend on their order. Immutable.
 *
 * <p>The checksum is the sum of the rows' hashes ({@link RowHash}) modulo 2<sup>64</sup>, so a row can be taken out of
 * it again.
 */
public record PartitionDigest(long rows, long checksum) {

    public static final PartitionDigest EMPTY = new PartitionDigest(0, 0);

    public PartitionDigest with(long hash) {
        return new PartitionDigest(rows + 1, checksum + hash);
    }

    public PartitionDigest without(long hash) {
        return new PartitionDigest(rows - 1, checksum - hash);
    }

    @Override
    public String toString() {
        return rows + " rows, checksum " + Long.toHexString(checksum);
    }
}
