package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CatalogChangesTest {

    @Test
    void whatIsKeptDoesNotDependOnTheOrderNorOnRepetition() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var changes = new ArrayList<Long>();
            int count = 1 + random.nextInt(3 * CatalogChanges.KEPT);
            for (int i = 0; i < count; i++) {
                changes.add((long) random.nextInt(20) - 10);
            }
            changes.add(random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE);
            var expected = changes.stream()
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .limit(CatalogChanges.KEPT)
                    .toList();
            Collections.shuffle(changes, random);
            assertThat(kept(changes)).isEqualTo(expected);
        }
    }

    private static List<Long> kept(List<Long> changes) {
        byte[] kept = null;
        for (long change : changes) {
            kept = CatalogChanges.with(kept, change);
        }
        var longs = ByteBuffer.wrap(kept).asLongBuffer();
        return LongStream.generate(longs::get).limit(longs.remaining()).boxed().toList();
    }
}
