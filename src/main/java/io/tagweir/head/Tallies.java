package io.tagweir.head;

import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.PartitionDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What one task has really stored of each snapshot, and which snapshots it has verified.
 *
 * <p>While a snapshot is loading, its tally is kept on the heap; it follows from what is stored, never from what was
 * read, so a row that comes again after a crash counts once. When the task starts, it is counted anew from the store.
 * Once it equals the manifest, a <em>mark</em> with the tally goes into the same store as the rows, behind them: the
 * changelog holds what was sent in that order, up to where a crash cut it off, so where the mark is, all rows are. A
 * snapshot with a mark is not counted again, and its rows change no more.
 *
 * <p>Under {@code at_least_once} a crash may leave rows on this disk that the changelog never got, and the mark must
 * not get there before them. So what a task finds of a snapshot without a mark is written again ({@link #rewrite})
 * before the snapshot is verified. Under {@code exactly_once_v2} such a disk is wiped by Kafka Streams.
 *
 * <p>Owned by the stream thread of its task, but for {@link #isVerified}, which any thread may ask.
 */
final class Tallies {

    /** Marks sort before all rows: no snapshot id begins with a tab. */
    private static final String MARKS = "\tverified";

    private static final String MARK = HeadTable.prefix(MARKS);

    private final KeyValueStore<String, byte[]> store;
    private final RowHash hash = new RowHash();
    private final Map<String, PartitionDigest> loading = new HashMap<>();
    private final Map<String, PartitionDigest> verified = new ConcurrentHashMap<>();

    /** Of each snapshot found without a mark, the key from which on its rows are still to be written again. */
    private final Map<String, String> toRewrite = new HashMap<>();

    /** Format of a row that this release can't read; null: there was none. */
    private @Nullable Integer unreadable;

    /** @param atomic whether the store holds nothing that its changelog lacks */
    Tallies(KeyValueStore<String, byte[]> store, boolean atomic) {
        this.store = store;
        try (var marks = store.range(MARK, end(MARKS))) {
            marks.forEachRemaining(mark -> verified.put(mark.key.substring(MARK.length()), tally(mark.value)));
        }
        var found = snapshotsWithRows();
        if (unreadable != null) {
            verified.keySet().forEach(snapshot -> store.delete(MARK + snapshot));
            verified.clear();
        }
        found.stream().filter(snapshot -> !verified.containsKey(snapshot)).forEach(snapshot -> {
            loading.put(snapshot, count(snapshot));
            if (!atomic) {
                toRewrite.put(snapshot, HeadTable.prefix(snapshot));
            }
        });
    }

    /** Finds the next snapshot by seeking past the last key of the one before. */
    private Set<String> snapshotsWithRows() {
        var found = new TreeSet<String>();
        String from = end(MARKS);
        while (true) {
            try (var rows = store.range(from, null)) {
                if (!rows.hasNext()) {
                    return found;
                }
                var row = rows.next();
                noteFormat(row.value);
                String snapshot = row.key.substring(0, row.key.indexOf('\t'));
                found.add(snapshot);
                from = end(snapshot);
            }
        }
    }

    /** Sorts right behind all keys of a snapshot, whatever their queries begin with: the tab's next neighbour. */
    private static String end(String snapshot) {
        return snapshot + '\n';
    }

    private PartitionDigest count(String snapshot) {
        var tally = PartitionDigest.EMPTY;
        String prefix = HeadTable.prefix(snapshot);
        try (var rows = store.range(prefix, end(snapshot))) {
            while (rows.hasNext()) {
                var row = rows.next();
                if (noteFormat(row.value)) {
                    tally = tally.with(hash(row.key.substring(prefix.length()), row.value));
                }
            }
        }
        return tally;
    }

    /**
     * Remembers a row that can't be read. The first row of each snapshot tells, and all rows of those that are counted:
     * a release that finds a row it can't read stores every row again before it verifies the snapshot.
     *
     * @return whether it can be read
     */
    private boolean noteFormat(byte[] stored) {
        boolean readable = StoredTags.isReadable(stored);
        if (!readable && unreadable == null) {
            unreadable = StoredTags.format(stored);
        }
        return readable;
    }

    /** The format of rows that this release can't read; empty: the store holds none. */
    Optional<Integer> unreadable() {
        return Optional.ofNullable(unreadable);
    }

    private long hash(String keyText, byte[] stored) {
        return hash.of(keyText, stored, StoredTags.ROW_AT, stored.length - StoredTags.ROW_AT);
    }

    /** A row was written in place of {@code before}; either may be absent. */
    void changed(String snapshot, String keyText, byte @Nullable [] before, byte @Nullable [] after) {
        var tally = of(snapshot);
        if (before != null) {
            tally = tally.without(hash(keyText, before));
        }
        if (after != null) {
            tally = tally.with(hash(keyText, after));
        }
        loading.put(snapshot, tally);
    }

    PartitionDigest of(String snapshot) {
        var done = verified.get(snapshot);
        return done == null ? loading.getOrDefault(snapshot, PartitionDigest.EMPTY) : done;
    }

    /**
     * Writes rows again that were found when the task started, at most {@code limit}.
     *
     * @return whether that was all, so that the snapshot may be verified
     */
    boolean rewrite(String snapshot, int limit) {
        String from = toRewrite.get(snapshot);
        if (from == null) {
            return true;
        }
        var lot = new ArrayList<KeyValue<String, byte[]>>();
        String next = null;
        try (var rows = store.range(from, end(snapshot))) {
            while (lot.size() < limit && rows.hasNext()) {
                lot.add(rows.next());
            }
            next = rows.hasNext() ? rows.peekNextKey() : null;
        }
        lot.forEach(row -> store.put(row.key, row.value));
        if (next == null) {
            toRewrite.remove(snapshot);
        } else {
            toRewrite.put(snapshot, next);
        }
        return next == null;
    }

    /** How many snapshots are verified here. */
    int verified() {
        return verified.size();
    }

    /** Whether this partition may answer from a snapshot. */
    boolean isVerified(String snapshot) {
        return verified.containsKey(snapshot);
    }

    /** The snapshot is whole. */
    void verify(String snapshot) {
        var tally = of(snapshot);
        store.put(MARK + snapshot, bytes(tally));
        loading.remove(snapshot);
        verified.put(snapshot, tally);
    }

    /**
     * Takes rows of a retired snapshot away, at most {@code limit}.
     *
     * @return whether that was all
     */
    boolean sweep(String snapshot, HeadTable table, int limit) {
        if (verified.remove(snapshot) != null) {
            // First of all: with some rows gone it must not count as whole, should a crash come in between.
            store.delete(MARK + snapshot);
        }
        String prefix = HeadTable.prefix(snapshot);
        var gone = new ArrayList<String>();
        boolean all;
        try (var rows = store.range(prefix, end(snapshot))) {
            while (gone.size() < limit && rows.hasNext()) {
                gone.add(rows.next().key);
            }
            all = !rows.hasNext();
        }
        gone.forEach(table::remove);
        if (all) {
            loading.remove(snapshot);
            toRewrite.remove(snapshot);
        } else {
            loading.put(snapshot, PartitionDigest.EMPTY);
        }
        return all;
    }

    /** Every snapshot of which there is anything here. */
    List<String> snapshots() {
        var all = new TreeSet<>(loading.keySet());
        all.addAll(verified.keySet());
        return List.copyOf(all);
    }

    private static byte[] bytes(PartitionDigest tally) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(tally.rows())
                .putLong(tally.checksum())
                .array();
    }

    private static PartitionDigest tally(byte[] mark) {
        var buffer = ByteBuffer.wrap(mark);
        return new PartitionDigest(buffer.getLong(), buffer.getLong());
    }
}
