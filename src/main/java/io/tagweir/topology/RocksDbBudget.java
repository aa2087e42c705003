package io.tagweir.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bounded budget of memory for all RocksDB stores of the process.
 *
 * <p>Without it every store brings its own block cache and memtables, and memory outside the heap grows with the number
 * of partitions. Blocks, indexes, filters and memtables are all counted against one cache. The bound is RocksDB's own
 * and soft: while full memtables are being flushed it may be passed by their size. Kafka makes a {@link Setter} for
 * each store and finds the budget in its configuration.
 */
public final class RocksDbBudget implements AutoCloseable {

    /** Setting through which the application hands over the budget. */
    public static final String CONFIG = "tagweir.rocksdb.budget";

    /** Share of the budget that memtables may take before they are flushed. */
    private static final double MEMTABLE_SHARE = 0.4;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache;
    private final WriteBufferManager memtables;

    public RocksDbBudget(long bytes) {
        cache = new LRUCache(bytes, -1, false, 0.1);
        memtables = new WriteBufferManager((long) (bytes * MEMTABLE_SHARE), cache);
    }

    /** Bytes in use, memtables included. */
    public long bytes() {
        return cache.getUsage();
    }

    @Override
    public void close() {
        memtables.close();
        cache.close();
    }

    /** Puts a store under the budget. */
    public static final class Setter implements RocksDBConfigSetter {

        private static final int BITS_PER_KEY = 10;
        private final BloomFilter filter = new BloomFilter(BITS_PER_KEY, false);

        @Override
        public void setConfig(String store, Options options, Map<String, Object> configs) {
            var budget = (RocksDbBudget) configs.get(CONFIG);
            if (budget == null) {
                throw new IllegalStateException("no memory budget was given for the store " + store);
            }
            var table = (BlockBasedTableConfig) options.tableFormatConfig();
            table.setBlockCache(budget.cache);
            table.setCacheIndexAndFilterBlocks(true);
            table.setCacheIndexAndFilterBlocksWithHighPriority(true);
            table.setPinL0FilterAndIndexBlocksInCache(true);
            table.setFilterPolicy(filter);
            options.setTableFormatConfig(table);
            options.setWriteBufferManager(budget.memtables);
        }

        @Override
        public void close(String store, Options options) {
            filter.close();
        }
    }
}
