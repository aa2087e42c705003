package io.tagweir.snapshot;

import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.query.TextHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sample of a snapshot's rows that depends on nothing but which rows there are, so that whoever reads them, in
 * whatever order, draws the same. Used by one thread.
 *
 * <p>Kept are the rows with the largest hashes of their key text (taken as unsigned; the smallest are those
 * {@link io.tagweir.query.HeldOut} keeps from training). Where there are no more rows than asked for, that is all of
 * them. Its memory does not grow with the snapshot, and most rows of a large one cost a comparison.
 *
 * <p>Where rows are taken out again after the sample was full, it is a little smaller than it could be, and still a
 * fair one.
 */
public final class RowSample {

    /** How far it may outgrow its size before the surplus is thrown out, as a divisor of the size. */
    private static final int SLACK = 4;

    /**
     * A row of the sample.
     *
     * @param tags three numbers for each tag: the label's place among {@link #labels()}, start and end
     */
    record Sampled(String canonical, int[] tags) {}

    private final int size;
    private final Map<Long, Sampled> rows = new HashMap<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private long least;

    /** @param size most rows in the end */
    public RowSample(int size) {
        this.size = size;
    }

    /** Takes a row, in place of an earlier one with the same key. */
    void put(QueryKey key, List<Tag> tags) {
        long hash = TextHash.of(key.text());
        if (Long.compareUnsigned(hash, least) < 0) {
            return;
        }
        rows.put(hash, new Sampled(key.canonical(), compact(tags)));
        if (rows.size() > size + size / SLACK) {
            trim();
        }
    }

    void remove(QueryKey key) {
        rows.remove(TextHash.of(key.text()));
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
        var hashes = rows.keySet().stream().sorted(Long::compareUnsigned).toList();
        least = hashes.get(hashes.size() - size);
        hashes.subList(0, hashes.size() - size).forEach(rows::remove);
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
