package io.tagweir.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

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
                var options = new Options().setCreateIfMissing(true);
                // As Kafka Streams opens its stores.
                options.setTableFormatConfig(new BlockBasedTableConfig());
                options.setWriteBufferSize(16L << 20).setMaxWriteBufferNumber(3);
                new RocksDbBudget.Setter().setConfig("store-" + i, options, Map.of(RocksDbBudget.CONFIG, budget));
                stores.add(RocksDB.open(options, dir.resolve("store-" + i).toString()));
            }
            for (var store : stores) {
                most = Math.max(most, fillAndRead(store, budget));
            }
            stores.forEach(RocksDB::close);
            assertThat(most).isPositive().isLessThan(BUDGET * 3 / 2);
        }
    }

    @Test
    void storeWithoutABudgetIsRefused() {
        try (var options = new Options()) {
            options.setTableFormatConfig(new BlockBasedTableConfig());
            var setter = new RocksDbBudget.Setter();
            assertThatThrownBy(() -> setter.setConfig("store", options, Map.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no memory budget was given for the store store");
        }
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
