package io.tagweir.head;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.query.QueryKey;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The head table of one task: rows in RocksDB, with a heap cache of frequent rows as stored bytes.
 *
 * <p>The key of a row is snapshot, segment and canonical query, so several snapshots can be stored and each lookup
 * names its snapshot. Owned by the stream thread of its task. The processors that write and read the table share one
 * {@link HeadTable}, so that a changed row is dropped from the heap at once.
 */
final class HeadTable {

    /** Heap bytes of an entry apart from its text and row: node of the cache, two object headers, one string. */
    private static final int ENTRY_OVERHEAD = 140;

    private final KeyValueStore<String, byte[]> store;
    private final Cache<String, byte[]> heap;

    HeadTable(KeyValueStore<String, byte[]> store, long heapBytes) {
        this.store = store;
        this.heap = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(heapBytes)
                .weigher((String key, byte[] row) -> key.length() + row.length + ENTRY_OVERHEAD)
                .build();
    }

    byte @Nullable [] get(String snapshot, QueryKey key) {
        String row = rowKey(snapshot, key);
        byte[] tags = heap.getIfPresent(row);
        if (tags == null) {
            tags = readable(store.get(row));
            if (tags != null) {
                heap.put(row, tags);
            }
        }
        return tags;
    }

    /** The stored row, without adding it to the heap cache: for a caller that is about to change it. */
    byte @Nullable [] stored(String snapshot, QueryKey key) {
        return readable(store.get(rowKey(snapshot, key)));
    }

    /** A row in the format of another release counts as absent, see {@link StoreRebuild}. */
    private static byte @Nullable [] readable(byte @Nullable [] row) {
        return row != null && StoredTags.isReadable(row) ? row : null;
    }

    void put(String snapshot, QueryKey key, byte[] tags) {
        put(rowKey(snapshot, key), tags);
    }

    private void put(String row, byte[] tags) {
        heap.invalidate(row);
        store.put(row, tags);
    }

    void remove(String snapshot, QueryKey key) {
        remove(rowKey(snapshot, key));
    }

    void remove(String row) {
        heap.invalidate(row);
        store.delete(row);
    }

    /** Key of a row in the store. A snapshot id has no tab. */
    static String rowKey(String snapshot, QueryKey key) {
        return prefix(snapshot) + key.text();
    }

    /** Prefix of the keys of a snapshot's rows. */
    static String prefix(String snapshot) {
        return snapshot + '\t';
    }
}
