package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionRowsTest {

    private static final HeadKey MILK = new HeadKey("v1", "", "milk");
    private static final HeadKey TEA = new HeadKey("v1", "", "tea");

    private final PartitionRows rows = new PartitionRows("v1", 0, 1);

    @Test
    void repeatedRowCountsOnceAndAReplacedOneAsItsLast() {
        assertThat(rows.take(MILK, row("product"))).isTrue();
        assertThat(rows.take(MILK, row("product"))).isFalse();
        assertThat(rows.replaced()).isFalse();
        rows.take(TEA, row("product"));
        assertThat(rows.take(MILK, row("creator"))).isTrue();
        assertThat(rows.replaced()).isTrue();
        var expected = PartitionDigest.EMPTY
                .with(new RowHash().of(new QueryKey("", "milk"), row("creator")))
                .with(new RowHash().of(new QueryKey("", "tea"), row("product")));
        assertThat(rows.digest()).isEqualTo(expected);
        assertThat(rows.claim(MILK, row("product"))).isFalse();
        assertThat(rows.claim(MILK, row("creator"))).isTrue();
        assertThat(rows.claim(MILK, row("creator"))).isFalse();
    }

    @Test
    void removedRowIsGoneAndRowsOfOthersAndElsewhereAreNotTaken() {
        rows.take(MILK, row("product"));
        assertThat(rows.take(MILK, null)).isFalse();
        rows.take(TEA, null);
        rows.take(new HeadKey("v2", "", "milk"), row("product"));
        assertThat(rows.digest()).isEqualTo(PartitionDigest.EMPTY);
        assertThat(rows.misplaced()).isZero();

        int home = new QueryKey("", "milk").partition(4);
        var elsewhere = new PartitionRows("v1", (home + 1) % 4, 4);
        elsewhere.take(MILK, row("product"));
        assertThat(elsewhere.digest()).isEqualTo(PartitionDigest.EMPTY);
        assertThat(elsewhere.misplaced()).isEqualTo(1);
    }

    @Test
    void dateScoreAndOrderAreNoChangeOfWhatARowSays() {
        var other = new PartitionRows("v1", 0, 1);
        var red = new Tag("color", "red", 0, 3, 0.9f);
        var shoe = new Tag("product", "shoe", 4, 8, 0.9f);
        rows.take(MILK, new HeadTags(List.of(red, shoe), Instant.EPOCH, null, List.of()));
        other.take(
                MILK,
                new HeadTags(
                        List.of(shoe, new Tag("color", "red", 0, 3, 0.8f)),
                        Instant.ofEpochMilli(1),
                        Instant.ofEpochMilli(2),
                        List.of("e1")));
        assertThat(rows.table().changedIn(other.table())).isZero();
        other.take(MILK, new HeadTags(List.of(shoe), Instant.EPOCH, null, List.of()));
        assertThat(rows.table().changedIn(other.table())).isEqualTo(1);
    }

    private static HeadTags row(String label) {
        return new HeadTags(List.of(new Tag(label, "x", 0, 1, 1f)), Instant.EPOCH, null, List.of());
    }
}
