package io.tagweir.snapshot.publish;

import io.tagweir.avro.Tag;
import io.tagweir.snapshot.RowHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sample of a snapshot's rows. It depends only on the set of rows, so it is the same in whatever order they are read.
 * Used by one thread.
 *
 * <p>It keeps the rows with the largest hashes ({@link RowHash}, unsigned), or all rows if there are fewer than asked
 * for. Its memory does not grow with the snapshot, and most rows of a large one take one comparison. If rows are
 * removed after the sample was full, it is a little smaller than it could be, but not biased.
 */
public final class RowSample {

    /**
     * A row of the sample.
     *
     * @param tags three numbers for each: the index of the label in {@link #labels()}, start and end
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record SampledRow(String canonical, int[] tags) {}

    private final int size;
    private final Map<Long, SampledRow> rows = new HashMap<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private long least;

    /** @param size maximum number of rows; up to twice as many are kept meanwhile */
    public RowSample(int size) {
        this.size = size;
    }

    /** @param hash of the row */
    void put(long hash, String canonical, List<Tag> tags) {
        if (Long.compareUnsigned(hash, least) < 0) {
            return;
        }
        rows.put(hash, new SampledRow(canonical, compact(tags)));
        if (rows.size() > 2 * size) {
            trim();
        }
    }

    /** @param hash of the removed row */
    void remove(long hash) {
        rows.remove(hash);
    }

    /** The rows, at most {@code size}. */
    Collection<SampledRow> rows() {
        trim();
        return rows.values();
    }

    /** All labels, by their index. */
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
