package io.tagweir.meter;

/** What a record of {@code head-tags} did to its row. */
public enum RowChange {
    STORED,
    /** It was stored already. */
    REPEATED,
    /** By a tombstone. */
    REMOVED,
    /** Together with its snapshot. */
    RETIRED,
    /** The record is a tombstone, and there was no row. */
    ABSENT
}
