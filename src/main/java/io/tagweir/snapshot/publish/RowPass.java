package io.tagweir.snapshot.publish;

import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One pass over the teacher's rows: skips duplicates, computes the digests, draws a sample, and writes the rows that
 * are not on the topic yet. Used by one thread.
 */
final class RowPass {

    private static final int MOST_REPORTED = 20;

    private final String id;
    private final PartitionDigest[] digests;
    private final Map<String, Long> present;
    private final RowSample sample;
    private final RowWriter writer;
    private final Map<String, Long> rows = new HashMap<>();
    private final List<String> conflicts = new ArrayList<>();
    private final RowHash hash = new RowHash();
    private long identical;
    private long conflicting;
    private long kept;

    /**
     * @param digests of each partition; updated
     * @param present hashes of the rows that are on the topic already, by key text
     * @param sample given every row that is not a duplicate
     */
    RowPass(String id, PartitionDigest[] digests, Map<String, Long> present, RowSample sample, RowWriter writer) {
        this.id = id;
        this.digests = digests;
        this.present = present;
        this.sample = sample;
        this.writer = writer;
    }

    void take(HeadRow row) {
        String text = row.key().text();
        long hashed = hash.of(row.key(), row.tags());
        Long before = rows.putIfAbsent(text, hashed);
        if (before != null) {
            duplicate(row, before == hashed);
            return;
        }
        int partition = row.key().partition(digests.length);
        digests[partition] = digests[partition].with(hashed);
        sample.put(hashed, row.key().canonical(), row.tags().getTags());
        Long known = present.get(text);
        if (known != null && known == hashed) {
            kept++;
        } else {
            writer.put(id, row, partition);
        }
    }

    private void duplicate(HeadRow row, boolean same) {
        if (same) {
            identical++;
        } else {
            conflicting++;
            if (conflicts.size() < MOST_REPORTED) {
                conflicts.add("'" + row.key().text().replace('\t', ' ') + "' occurs again with another row");
            }
        }
    }

    /** Rows so far, without duplicates. */
    int rows() {
        return rows.size();
    }

    boolean holds(String keyText) {
        return rows.containsKey(keyText);
    }

    long identical() {
        return identical;
    }

    long conflicting() {
        return conflicting;
    }

    /** The first rows that conflict with an earlier one. */
    List<String> conflicts() {
        return List.copyOf(conflicts);
    }

    /** Rows that were on the topic already. */
    long kept() {
        return kept;
    }
}
