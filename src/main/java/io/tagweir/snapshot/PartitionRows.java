package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.query.TextHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one snapshot in one partition of {@code head-tags}: the last row of each key, as hashes. Used by one
 * thread.
 *
 * <p>Rows in a wrong partition are counted and ignored, as tasks ignore them. The content of a row is label, value and
 * offsets of its tags, in any order: another score or date does not count as a change.
 */
public final class PartitionRows {

    private final String snapshot;
    private final int partition;
    private final int partitions;
    private final RowHash hash = new RowHash();
    private final RowTable table = new RowTable();
    private PartitionDigest digest = PartitionDigest.EMPTY;
    private long misplaced;
    private boolean replaced;

    public PartitionRows(String snapshot, int partition, int partitions) {
        this.snapshot = snapshot;
        this.partition = partition;
        this.partitions = partitions;
    }

    /**
     * Adds the next record of the partition, of any snapshot.
     *
     * @return whether it is a new row of this snapshot
     */
    public boolean take(HeadKey record, @Nullable HeadTags row) {
        if (!record.getSnapshot().equals(snapshot)) {
            return false;
        }
        if (!isHere(record)) {
            misplaced++;
            return false;
        }
        var key = key(record);
        long keyHash = TextHash.of(key.text());
        boolean there = table.contains(keyHash);
        long before = there ? table.row(keyHash) : 0;
        long now = row == null ? 0 : hash.of(key, row);
        if (there && row != null && before == now) {
            return false;
        }
        if (there) {
            digest = digest.without(before);
            table.remove(keyHash);
            replaced = true;
        }
        if (row != null) {
            digest = digest.with(now);
            table.put(keyHash, now, hash.of(key, content(row)));
        }
        return row != null;
    }

    /** In a second pass: whether a record of the partition is the last row of its key. True once for each key. */
    public boolean claim(HeadKey record, @Nullable HeadTags row) {
        if (row == null || !record.getSnapshot().equals(snapshot) || !isHere(record)) {
            return false;
        }
        var key = key(record);
        return table.claim(TextHash.of(key.text()), hash.of(key, row));
    }

    public RowTable table() {
        return table;
    }

    public PartitionDigest digest() {
        return digest;
    }

    /** Rows ignored because they are in a wrong partition. */
    public long misplaced() {
        return misplaced;
    }

    /** Whether a key had more than one row, so that only a second pass finds the last one of each. */
    public boolean replaced() {
        return replaced;
    }

    private boolean isHere(HeadKey record) {
        return record.getSegment().indexOf('\t') < 0
                && record.getQuery().indexOf('\t') < 0
                && key(record).partition(partitions) == partition;
    }

    private static QueryKey key(HeadKey record) {
        return new QueryKey(record.getSegment(), record.getQuery());
    }

    private static HeadTags content(HeadTags row) {
        var tags = new ArrayList<Tag>(row.getTags().size());
        row.getTags()
                .forEach(tag -> tags.add(new Tag(tag.getLabel(), tag.getValue(), tag.getStart(), tag.getEnd(), 0f)));
        if (tags.size() > 1) {
            tags.sort(null);
        }
        return new HeadTags(tags, Instant.EPOCH, null, List.of());
    }
}
