package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowHashTest {

    private static final HeadTags ROW =
            new HeadTags(List.of(new Tag("color", "röd", 0, 3, 0.9375f)), Instant.ofEpochMilli(1), null, List.of("e"));

    private final RowHash hash = new RowHash();

    /** Worked out without this code, as a teacher in another language would. */
    @Test
    void hashIsWhatAnybodyCanComputeFromTheSchema() {
        assertThat(HexFormat.of().formatHex(RowAvro.of(ROW).bytes()))
                .isEqualTo("020a636f6c6f720872c3b66400060000703f00020002026500");
        assertThat(Long.toHexString(hash.of(new QueryKey("sv-SE", "röd jacka"), ROW)))
                .isEqualTo("3c9669b635cb245a");
    }

    @Test
    void hashDependsOnKeyAndRow() {
        long one = hash.of(new QueryKey("", "a"), ROW);
        assertThat(hash.of(new QueryKey("", "a"), HeadTags.newBuilder(ROW).build()))
                .isEqualTo(one);
        assertThat(hash.of(new QueryKey("", "b"), ROW)).isNotEqualTo(one);
        assertThat(hash.of(new QueryKey("s", "a"), ROW)).isNotEqualTo(one);
        assertThat(hash.of(
                        new QueryKey("", "a"),
                        HeadTags.newBuilder(ROW).setDependsOn(List.of()).build()))
                .isNotEqualTo(one);
    }

    @Test
    void tallyDoesNotDependOnTheOrderAndForgetsWhatIsTakenOut() {
        long huge = Long.MAX_VALUE - 3;
        var forth = PartitionDigest.EMPTY.with(huge).with(-5).with(huge);
        assertThat(PartitionDigest.EMPTY.with(-5).with(huge).with(huge)).isEqualTo(forth);
        assertThat(forth.without(huge))
                .isEqualTo(PartitionDigest.EMPTY.with(huge).with(-5));
        assertThat(forth.without(-5).without(huge).without(huge)).isEqualTo(PartitionDigest.EMPTY);
        assertThat(PartitionDigest.EMPTY.with(0)).isNotEqualTo(PartitionDigest.EMPTY);
    }
}
