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

    /** Puts a store under the budget, and fits it to large tables that are written in bursts and read at random. */
    public static final class Setter implements RocksDBConfigSetter {

        private static final int BITS_PER_KEY = 10;
        private static final int METADATA_BLOCK = 16 << 10;
        private static final double MEMTABLE_FILTER_SHARE = 0.02;

        /** A file in which half of so many keys in a row were deleted is compacted. */
        private static final int DELETION_WINDOW = 1_000;

        private final BloomFilter filter = new BloomFilter(BITS_PER_KEY, false);
        private final TablePropertiesCollectorFactory deletions =
                TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
                        DELETION_WINDOW, DELETION_WINDOW / 2, 0.5);

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
            partition(table);
            options.setTableFormatConfig(table);
            options.setWriteBufferManager(budget.memtables);
            // A row is looked for in the newest memtable first: without a filter that is most of the time of a lookup
            // while the table is being written.
            options.setMemtablePrefixBloomSizeRatio(MEMTABLE_FILTER_SHARE);
            options.setMemtableWholeKeyFiltering(true);
            // Each row that is new is looked for before it is stored. Kafka leaves the largest files without a filter.
            options.setOptimizeFiltersForHits(false);
            // A retired snapshot is a million deletions and nothing that would bring about a compaction.
            options.setTablePropertiesCollectorFactory(List.of(deletions));
        }

        /**
         * Cuts indexes and filters into blocks. Whole, they are megabytes for each file, and once they do not fit into
         * the cache together, each lookup reads one anew: with five million rows and a budget of 32 MiB a lookup took
         * 71 µs so, and takes 5 in parts.
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
