package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowTableTest {

    /** Few keys, so that they are put, removed and put again; keys that share their low bits, so that they collide. */
    @Test
    void holdsWhatAPlainMapHolds() {
        var random = new Random(7);
        var table = new RowTable();
        var map = new HashMap<Long, Long>();
        for (int step = 0; step < 200_000; step++) {
            long key = (long) random.nextInt(5_000) << (step % 3 == 0 ? 40 : 0);
            long row = random.nextLong();
            if (random.nextInt(4) == 0) {
                table.remove(key);
                map.remove(key);
            } else {
                table.put(key, row, ~row);
                map.put(key, row);
            }
        }
        assertThat(table.size()).isEqualTo(map.size());
        for (long key = 0; key < 5_000; key++) {
            check(table, map, key);
            check(table, map, key << 40);
        }
    }

    private static void check(RowTable table, HashMap<Long, Long> map, long key) {
        assertThat(table.contains(key)).isEqualTo(map.containsKey(key));
        if (map.containsKey(key)) {
            assertThat(table.row(key)).isEqualTo(map.get(key));
            assertThat(table.content(key)).isEqualTo(~map.get(key));
        }
    }

    @Test
    void rowIsClaimedOnceAndOnlyWithItsOwnHash() {
        var table = new RowTable();
        table.put(1, 10, 100);
        assertThat(table.claim(1, 11)).isFalse();
        assertThat(table.claim(1, 10)).isTrue();
        assertThat(table.claim(1, 10)).isFalse();
        assertThat(table.claim(2, 10)).isFalse();
        assertThat(table.contains(1)).isTrue();
    }

    @Test
    void churnIsCountedAgainstAnotherTable() {
        var one = new RowTable();
        var other = new RowTable();
        one.put(1, 10, 100);
        one.put(2, 20, 200);
        one.put(3, 30, 300);
        other.put(1, 11, 100);
        other.put(2, 20, 201);
        other.put(4, 40, 400);
        other.put(3, 30, 300);
        other.remove(3);
        assertThat(one.missingIn(other)).isEqualTo(1);
        assertThat(other.missingIn(one)).isEqualTo(1);
        assertThat(one.changedIn(other)).isEqualTo(1);
    }
}
