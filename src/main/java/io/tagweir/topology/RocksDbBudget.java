package io.tagweir.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WriteBufferManager;

/**
 * The memory budget of all RocksDB stores of the process.
 *
 * <p>Without it every store has its own block cache and memtables, and memory outside the heap grows with the number of
 * partitions. Blocks, indexes, filters and memtables all count against one cache. The limit is soft: while full
 * memtables are flushed, usage may exceed it by their size. Kafka Streams creates a {@link Setter} for each store,
 * which finds the budget in the configuration.
 */
public final class RocksDbBudget implements AutoCloseable {

    /** Configuration key of the budget. */
    public static final String CONFIG = "tagweir.rocksdb.budget";

    /** Share of the budget for memtables. */
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

    /** Configures a store to use the budget, and for large tables that are written in bursts and read at random. */
    public static final class Setter implements RocksDBConfigSetter {

        private static final int BITS_PER_KEY = 10;
        private static final int METADATA_BLOCK = 16 << 10;
        private static final double MEMTABLE_FILTER_SHARE = 0.02;

        /** A file is compacted if half of so many consecutive keys were deleted. */
        private static final int DELETION_WINDOW = 1_000;

        private final BloomFilter filter = new BloomFilter(BITS_PER_KEY, false);
        private final TablePropertiesCollectorFactory deletions =
                TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
                        DELETION_WINDOW, DELETION_WINDOW / 2, 0.5);

        @Override
        public void setConfig(String store, Options options, Map<String, Object> configs) {
            var budget = (RocksDbBudget) configs.get(CONFIG);
            if (budget == null) {
                throw new IllegalStateException(CONFIG + " is not configured for the store " + store);
            }
            var table = (BlockBasedTableConfig) options.tableFormatConfig();
            table.setBlockCache(budget.cache);
            table.setCacheIndexAndFilterBlocks(true);
            table.setCacheIndexAndFilterBlocksWithHighPriority(true);
            table.setPinL0FilterAndIndexBlocksInCache(true);
            table.setFilterPolicy(filter);
            partition(table);
            options.setTableFormatConfig(table);
            options.setWriteBufferManager(budget.memtables);
            // A lookup searches the newest memtable first. Without a filter this takes most of its time while the table
            // is
            // being written.
            options.setMemtablePrefixBloomSizeRatio(MEMTABLE_FILTER_SHARE);
            options.setMemtableWholeKeyFiltering(true);
            // Each new row is looked up before it is stored, and misses. Kafka's default has no filter for the largest
            // files.
            options.setOptimizeFiltersForHits(false);
            // Retiring a snapshot deletes a million keys and triggers no compaction by itself.
            options.setTablePropertiesCollectorFactory(List.of(deletions));
        }

        /**
         * Partitions indexes and filters into blocks. Unpartitioned, they take megabytes per file, and once they do not
         * all fit into the cache, each lookup reads one again: with five million rows and a budget of 32 MiB a lookup
         * took 71 µs instead of 5.
         */
        private static void partition(BlockBasedTableConfig table) {
            table.setIndexType(IndexType.kTwoLevelIndexSearch);
            table.setPartitionFilters(true);
            table.setMetadataBlockSize(METADATA_BLOCK);
            table.setPinTopLevelIndexAndFilter(true);
        }

        @Override
        public void close(String store, Options options) {
            filter.close();
            deletions.close();
        }
    }
}
