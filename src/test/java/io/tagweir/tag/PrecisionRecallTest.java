package io.tagweir.tag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {

    @Test
    void metricsFollowFromTheCounts() {
        var counts = new PrecisionRecall(2, 2, 3);
        assertThat(counts.precision(0)).isEqualTo(0.5);
        assertThat(counts.recall(0)).isEqualTo(0.4);
        assertThat(counts.f1(0)).isEqualTo(4 / 9.0);
        assertThat(counts.support()).isEqualTo(5);
    }

    @Test
    void undefinedMetricIsWhatTheCallerGives() {
        assertThat(PrecisionRecall.NONE.precision(0)).isZero();
        assertThat(PrecisionRecall.NONE.recall(Double.NaN)).isNaN();
        assertThat(new PrecisionRecall(0, 1, 0).recall(Double.NaN)).isNaN();
        assertThat(new PrecisionRecall(0, 1, 0).precision(Double.NaN)).isZero();
        assertThat(new PrecisionRecall(0, 0, 1).f1(Double.NaN)).isZero();
    }

    @Test
    void spansAreCountedByLabelAndEachExpectedOneMatchesOnce() {
        assertThat(PrecisionRecall.byLabel(
                        List.of("a1", "a2", "b1"), List.of("a1", "a1", "b1", "c1"), span -> span.substring(0, 1)))
                .isEqualTo(Map.of(
                        "a", new PrecisionRecall(1, 1, 1),
                        "b", new PrecisionRecall(1, 0, 0),
                        "c", new PrecisionRecall(0, 1, 0)));
    }
}
