package io.tagweir.snapshot;

import io.tagweir.avro.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sample of a snapshot's rows that depends on nothing but which rows there are, so that whoever reads them, in
 * whatever order, draws the same. Used by one thread.
 *
 * <p>Kept are the rows with the largest hashes ({@link RowHash}, taken as unsigned); where there are no more rows than
 * asked for, that is all of them. Its memory does not grow with the snapshot, and most rows of a large one cost a
 * comparison. Where rows are taken out again after the sample was full, it is a little smaller than it could be, and
 * still a fair one.
 */
public final class RowSample {

    /** A row of the sample. */
    static final class Sampled {

        private final String canonical;

        /** Three numbers for each tag: the label's place among {@link #labels()}, start and end. */
        private final int[] tags;

        Sampled(String canonical, int[] tags) {
            this.canonical = canonical;
            this.tags = tags;
        }

        String canonical() {
            return canonical;
        }

        int[] tags() {
            return tags;
        }
    }

    private final int size;
    private final Map<Long, Sampled> rows = new HashMap<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private long least;

    /** @param size most rows in the end; twice as many on the way */
    public RowSample(int size) {
        this.size = size;
    }

    /** @param hash of the row */
    void put(long hash, String canonical, List<Tag> tags) {
        if (Long.compareUnsigned(hash, least) < 0) {
            return;
        }
        rows.put(hash, new Sampled(canonical, compact(tags)));
        if (rows.size() > 2 * size) {
            trim();
        }
    }

    /** @param hash of the row that is no more */
    void remove(long hash) {
        rows.remove(hash);
    }

    /** The rows, {@code size} at most. */
    Collection<Sampled> rows() {
        trim();
        return rows.values();
    }

    /** Every label met, in the order of their numbers. */
    List<String> labels() {
        return names;
    }

    private void trim() {
        if (rows.size() <= size) {
            return;
        }
        long[] signed =
                rows.keySet().stream().mapToLong(hash -> hash ^ Long.MIN_VALUE).toArray();
        Arrays.sort(signed);
        least = signed[signed.length - size] ^ Long.MIN_VALUE;
        rows.keySet().removeIf(hash -> Long.compareUnsigned(hash, least) < 0);
    }

    private int[] compact(List<Tag> tags) {
        int[] compact = new int[3 * tags.size()];
        int at = 0;
        for (var tag : tags) {
            compact[at++] = labels.computeIfAbsent(tag.getLabel(), this::number);
            compact[at++] = tag.getStart();
            compact[at++] = tag.getEnd();
        }
        return compact;
    }

    private int number(String label) {
        names.add(label);
        return names.size() - 1;
    }
}
