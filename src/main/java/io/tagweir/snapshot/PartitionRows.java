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
 * The rows of one snapshot in one partition of {@code head-tags}: of each key the last row, as hashes. Used by one
 * thread.
 *
 * <p>Rows that belong in another partition are counted and left out, as every task leaves them out. What a row says is
 * label, value and offsets of its tags, in any order: a score that has moved a little, or another date, is no change of
 * what a query is answered with.
 */
final class PartitionRows {

    private final String snapshot;
    private final int partition;
    private final int partitions;
    private final RowHash hash = new RowHash();
    private final RowTable table = new RowTable();
    private PartitionDigest digest = PartitionDigest.EMPTY;
    private long misplaced;
    private boolean replaced;

    PartitionRows(String snapshot, int partition, int partitions) {
        this.snapshot = snapshot;
        this.partition = partition;
        this.partitions = partitions;
    }

    /**
     * Takes the next record of the partition, of whichever snapshot it is.
     *
     * @return whether it is a row of this snapshot that says something new
     */
    boolean take(HeadKey record, @Nullable HeadTags row) {
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
            table.put(keyHash, now, hash.of(key, says(row)));
        }
        return row != null;
    }

    /**
     * On a second reading: whether a record of the partition is one of the rows that stand in the end. True once for
     * each of them.
     */
    boolean claim(HeadKey record, @Nullable HeadTags row) {
        if (row == null || !record.getSnapshot().equals(snapshot) || !isHere(record)) {
            return false;
        }
        var key = key(record);
        return table.claim(TextHash.of(key.text()), hash.of(key, row));
    }

    RowTable table() {
        return table;
    }

    PartitionDigest digest() {
        return digest;
    }

    /** Rows left out because they belong in another partition. */
    long misplaced() {
        return misplaced;
    }

    /** Whether a key was seen with more than one row, so that only a second reading tells which stand. */
    boolean replaced() {
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

    private static HeadTags says(HeadTags row) {
        var tags = new ArrayList<Tag>(row.getTags().size());
        row.getTags()
                .forEach(tag -> tags.add(new Tag(tag.getLabel(), tag.getValue(), tag.getStart(), tag.getEnd(), 0f)));
        if (tags.size() > 1) {
            tags.sort(null);
        }
        return new HeadTags(tags, Instant.EPOCH, null, List.of());
    }
}
