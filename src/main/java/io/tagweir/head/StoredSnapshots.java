package io.tagweir.head;

import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
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
 * What one task has stored of each snapshot, and which snapshots it has verified.
 *
 * <p>While a snapshot is loading, its digest is kept on the heap. It is computed from what is stored, not from what was
 * read, so a row that comes again after a crash counts once. When the task starts, it is computed from the store. Once
 * it equals the manifest, a <em>mark</em> with the digest is written to the same store after the rows. The changelog
 * has the same order, up to where a crash cut it off, so a store with the mark has all rows. A snapshot with a mark is
 * not counted again, and its rows no longer change.
 *
 * <p>Under {@code at_least_once} a crash may leave rows on this disk that are not in the changelog, and the mark must
 * not get there before them. So a task writes the rows that it finds of a snapshot without a mark again
 * ({@link #rewrite}) before it verifies the snapshot. Under {@code exactly_once_v2} Kafka Streams wipes such a disk.
 *
 * <p>Owned by the stream thread of its task, except {@link #isVerified}, which any thread may call.
 */
final class StoredSnapshots {

    /** Marks sort before all rows, because no snapshot id begins with a tab. */
    private static final String MARKS = "\tverified";

    private static final String MARK = HeadTable.prefix(MARKS);

    private final KeyValueStore<String, byte[]> store;
    private final RowHash hash = new RowHash();
    private final Map<String, PartitionDigest> loading = new HashMap<>();
    private final Map<String, PartitionDigest> verified = new ConcurrentHashMap<>();

    /** For each snapshot found without a mark, the first key whose row is still to be written again. */
    private final Map<String, String> toRewrite = new HashMap<>();

    /** Format of a row that this release can't read; null if there was none. */
    private @Nullable Integer unreadable;

    /** @param atomic whether everything in the store is in its changelog */
    StoredSnapshots(KeyValueStore<String, byte[]> store, boolean atomic) {
        this.store = store;
        try (var marks = store.range(MARK, end(MARKS))) {
            marks.forEachRemaining(mark -> verified.put(mark.key.substring(MARK.length()), digest(mark.value)));
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

    /** Finds each next snapshot by seeking past the last key of the previous one. */
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

    /** Sorts right after all keys of a snapshot: a line feed is the character after a tab. */
    private static String end(String snapshot) {
        return snapshot + '\n';
    }

    private PartitionDigest count(String snapshot) {
        var digest = PartitionDigest.EMPTY;
        String prefix = HeadTable.prefix(snapshot);
        try (var rows = store.range(prefix, end(snapshot))) {
            while (rows.hasNext()) {
                var row = rows.next();
                if (noteFormat(row.value)) {
                    digest = digest.with(hash(row.key.substring(prefix.length()), row.value));
                }
            }
        }
        return digest;
    }

    /**
     * Remembers the format of a row that can't be read. Checked are the first row of each snapshot, and all rows of
     * those that are counted: a release that finds a row it can't read stores every row again before it verifies the
     * snapshot.
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

    /** The format of rows that this release can't read; empty if the store has none. */
    Optional<Integer> unreadable() {
        return Optional.ofNullable(unreadable);
    }

    private long hash(String keyText, byte[] stored) {
        return hash.of(keyText, stored, StoredTags.ROW_AT, stored.length - StoredTags.ROW_AT);
    }

    /** Called when a row replaces {@code before}; either may be absent. */
    void changed(String snapshot, String keyText, byte @Nullable [] before, byte @Nullable [] after) {
        var digest = of(snapshot);
        if (before != null) {
            digest = digest.without(hash(keyText, before));
        }
        if (after != null) {
            digest = digest.with(hash(keyText, after));
        }
        loading.put(snapshot, digest);
    }

    PartitionDigest of(String snapshot) {
        var done = verified.get(snapshot);
        return done == null ? loading.getOrDefault(snapshot, PartitionDigest.EMPTY) : done;
    }

    /**
     * Writes rows again that were found when the task started, at most {@code limit}.
     *
     * @return whether none is left, so that the snapshot may be verified
     */
    boolean rewrite(String snapshot, int limit) {
        String from = toRewrite.get(snapshot);
        if (from == null) {
            return true;
        }
        var rewritten = new ArrayList<KeyValue<String, byte[]>>();
        String next = null;
        try (var rows = store.range(from, end(snapshot))) {
            while (rewritten.size() < limit && rows.hasNext()) {
                rewritten.add(rows.next());
            }
            next = rows.hasNext() ? rows.peekNextKey() : null;
        }
        rewritten.forEach(row -> store.put(row.key, row.value));
        if (next == null) {
            toRewrite.remove(snapshot);
        } else {
            toRewrite.put(snapshot, next);
        }
        return next == null;
    }

    /** The number of verified snapshots. */
    int verified() {
        return verified.size();
    }

    /** Whether this partition may answer from a snapshot. */
    boolean isVerified(String snapshot) {
        return verified.containsKey(snapshot);
    }

    /** Marks a snapshot as complete. */
    void verify(String snapshot) {
        var digest = of(snapshot);
        store.put(MARK + snapshot, bytes(digest));
        loading.remove(snapshot);
        verified.put(snapshot, digest);
    }

    /**
     * Removes rows of a retired snapshot, at most {@code limit}.
     *
     * @return whether none is left
     */
    boolean removeRows(String snapshot, HeadTable table, int limit) {
        if (verified.remove(snapshot) != null) {
            // First, because after a crash in between the snapshot must not count as complete.
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

    /** All snapshots with rows here. */
    List<String> snapshots() {
        var all = new TreeSet<>(loading.keySet());
        all.addAll(verified.keySet());
        return List.copyOf(all);
    }

    private static byte[] bytes(PartitionDigest digest) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(digest.rows())
                .putLong(digest.checksum())
                .array();
    }

    private static PartitionDigest digest(byte[] mark) {
        var buffer = ByteBuffer.wrap(mark);
        return new PartitionDigest(buffer.getLong(), buffer.getLong());
    }
}
