package io.tagweir.head;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.query.QueryKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The head tags of one task: rows in RocksDB, the popular ones also on the heap, as the bytes that are stored.
 *
 * <p>Rows are keyed by snapshot, segment and canonical query, so several snapshots lie side by side and a lookup names
 * the one it means. Owned by the stream thread of its task; the processor that fills the table and the one that reads
 * it share one {@link HeadTable}, which is how a changed row leaves the heap at once.
 */
public final class HeadTable {

    /** Name of the state store, and so of its changelog. */
    public static final String STORE = "head-tags";

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
            tags = store.get(row);
            if (tags != null) {
                heap.put(row, tags);
            }
        }
        return tags;
    }

    void put(String snapshot, QueryKey key, byte[] tags) {
        String row = rowKey(snapshot, key);
        heap.invalidate(row);
        store.put(row, tags);
    }

    void remove(String snapshot, QueryKey key) {
        String row = rowKey(snapshot, key);
        heap.invalidate(row);
        store.delete(row);
    }

    /** Key of a row in the store. A snapshot id holds no tab. */
    static String rowKey(String snapshot, QueryKey key) {
        return snapshot + '\t' + key.text();
    }

    /** The tables of the tasks this process runs, one each. Thread-safe. */
    public static final class Tables {

        private final long heapBytesOfTask;
        private final Map<TaskId, HeadTable> open = new ConcurrentHashMap<>();

        /** @param heapBytes budget of all tables together, shared equally by {@code partitions} tasks */
        public Tables(long heapBytes, int partitions) {
            this.heapBytesOfTask = heapBytes / partitions;
        }

        HeadTable open(TaskId task, KeyValueStore<String, byte[]> store) {
            return open.computeIfAbsent(task, id -> new HeadTable(store, heapBytesOfTask));
        }

        void close(TaskId task) {
            open.remove(task);
        }
    }
}
