package io.tagweir.head;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.query.QueryKey;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The head tags of one task: rows in RocksDB, the popular ones also on the heap, as the bytes that are stored.
 *
 * <p>Rows are keyed by snapshot, segment and canonical query, so several snapshots lie side by side and a lookup names
 * the one it means. Owned by the stream thread of its task; the processor that fills the table and the one that reads
 * it share one {@link HeadTable}, which is how a changed row leaves the heap at once.
 */
final class HeadTable {

    /** What a heap entry costs beside its bytes: node of the cache, two object headers, one string. */
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

    /** The row as it lies in the store, for one who is about to change it: it does not get onto the heap. */
    byte @Nullable [] stored(String snapshot, QueryKey key) {
        return readable(store.get(rowKey(snapshot, key)));
    }

    /** A row that another release has stored in a format of its own counts as absent, see {@link Rebuild}. */
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

    /** Key of a row in the store. A snapshot id holds no tab. */
    static String rowKey(String snapshot, QueryKey key) {
        return prefix(snapshot) + key.text();
    }

    /** What the keys of a snapshot's rows begin with. */
    static String prefix(String snapshot) {
        return snapshot + '\t';
    }
}
