package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.testing.TestStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

class RocksDbBudgetTest {

    private static final long BUDGET = 48L << 20;
    private static final int STORES = 3;
    private static final int ROWS = 16_000;

    @TempDir
    Path dir;

    /** Three stores are filled with as much as the budget each, and read all over. */
    @Test
    void storesTogetherStayWithinTheBudget() throws RocksDBException {
        long most = 0;
        try (var budget = new RocksDbBudget(BUDGET)) {
            var stores = new ArrayList<RocksDB>();
            for (int i = 0; i < STORES; i++) {
                stores.add(open("store-" + i, budget));
            }
            for (var store : stores) {
                most = Math.max(most, fillAndRead(store, budget));
            }
            stores.forEach(RocksDB::close);
            assertThat(most).isPositive().isLessThan(BUDGET * 3 / 2);
        }
    }

    /**
     * Two snapshots in turn, then one is retired: nothing is written afterwards that would bring about a compaction.
     *
     * <pre>
     *   put old rows ── put new rows ── delete old rows ── flush ── (nothing) ─────► half the bytes
     * </pre>
     */
    @Test
    void storeShrinksWhenASnapshotIsDeleted() throws RocksDBException {
        try (var budget = new RocksDbBudget(BUDGET);
                var store = open("store", budget);
                var unlogged = new WriteOptions().setDisableWAL(true);
                var wait = new FlushOptions().setWaitForFlush(true)) {
            byte[] row = new byte[3_000];
            var random = new SplittableRandom(5);
            for (var snapshot : List.of("old", "new")) {
                for (int i = 0; i < ROWS; i++) {
                    random.nextBytes(row);
                    store.put(unlogged, key(snapshot, i), row);
                }
            }
            store.flush(wait);
            long both = bytes(store);
            assertThat(both).isGreaterThan(2L * ROWS * row.length);
            for (int i = 0; i < ROWS; i++) {
                store.delete(unlogged, key("old", i));
            }
            store.flush(wait);
            TestStream.until(() -> bytes(store) < both * 0.6);
            assertThat(store.get(key("new", ROWS - 1))).hasSize(row.length);
        }
    }

    @Test
    void storeWithoutABudgetIsRefused() {
        try (var options = new Options()) {
            options.setTableFormatConfig(new BlockBasedTableConfig());
            var setter = new RocksDbBudget.Setter();
            assertThatThrownBy(() -> setter.setConfig("store", options, Map.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("tagweir.rocksdb.budget is not configured for the store store");
        }
    }

    /** A store as Kafka Streams opens it. */
    private RocksDB open(String name, RocksDbBudget budget) throws RocksDBException {
        var options = new Options().setCreateIfMissing(true);
        options.setTableFormatConfig(new BlockBasedTableConfig());
        options.setWriteBufferSize(16L << 20).setMaxWriteBufferNumber(3);
        options.setCompressionType(CompressionType.NO_COMPRESSION).setCompactionStyle(CompactionStyle.UNIVERSAL);
        new RocksDbBudget.Setter().setConfig(name, options, Map.of(RocksDbBudget.CONFIG, budget));
        return RocksDB.open(options, dir.resolve(name).toString());
    }

    private static long bytes(RocksDB store) {
        return store.getLiveFilesMetaData().stream()
                .mapToLong(LiveFileMetaData::size)
                .sum();
    }

    private static byte[] key(String snapshot, int number) {
        return (snapshot + '\t' + number).getBytes(StandardCharsets.UTF_8);
    }

    private static long fillAndRead(RocksDB store, RocksDbBudget budget) throws RocksDBException {
        var random = new SplittableRandom(5);
        byte[] row = new byte[3_000];
        long most = 0;
        for (int i = 0; i < ROWS; i++) {
            random.nextBytes(row);
            store.put(key(i), row);
            most = Math.max(most, budget.bytes());
        }
        for (int i = 0; i < ROWS; i++) {
            assertThat(store.get(key(random.nextInt(ROWS)))).hasSize(row.length);
            most = Math.max(most, budget.bytes());
        }
        return most;
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
