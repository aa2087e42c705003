package io.tagweir.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One reading of the teacher's rows: digests them, draws a sample of them, leaves out duplicates, and writes those that
 * are not there yet.
 */
final class RowPass {

    private static final int MOST_TOLD = 20;

    private final String id;
    private final PartitionDigest[] digests;
    private final Map<String, Long> there;
    private final RowSample sample;
    private final RowWriter writer;
    private final Map<String, Long> rows = new HashMap<>();
    private final List<String> conflicts = new ArrayList<>();
    private final RowHash hash = new RowHash();
    private long identical;
    private long conflicting;
    private long kept;

    /**
     * @param digests of each partition, counted up
     * @param there hashes of the rows that are on the topic already, by key text
     * @param sample given every row that is no duplicate
     */
    RowPass(String id, PartitionDigest[] digests, Map<String, Long> there, RowSample sample, RowWriter writer) {
        this.id = id;
        this.digests = digests;
        this.there = there;
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
        Long known = there.get(text);
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
            if (conflicts.size() < MOST_TOLD) {
                conflicts.add("'" + row.key().text().replace('\t', ' ') + "' comes again with another row");
            }
        }
    }

    /** Rows taken so far, duplicates not among them. */
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

    /** The first of the rows that conflict with an earlier one. */
    List<String> conflicts() {
        return List.copyOf(conflicts);
    }

    /** Rows that were there already. */
    long kept() {
        return kept;
    }
}
