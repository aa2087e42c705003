package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleTest {

    @Test
    void medianOfOddRoundsIsTheMiddleOne() {
        assertThat(Sample.of(9, 1, 4).median()).isEqualTo(4);
    }

    @Test
    void medianOfEvenRoundsLiesBetweenTheTwoInTheMiddle() {
        assertThat(Sample.of(10, 1, 4, 2).median()).isEqualTo(3);
    }

    @Test
    void oneOutlierMovesMaxButNotMedian() {
        var sample = Sample.of(5, 5, 1_000);
        assertThat(sample.median()).isEqualTo(5);
        assertThat(sample.min()).isEqualTo(5);
        assertThat(sample.max()).isEqualTo(1_000);
    }

    @Test
    void ratioIsTakenRoundByRound() {
        // The machine was twice as fast in the second round: both profit, the ratio stays.
        var ours = Sample.of(100, 200, 110);
        var peer = Sample.of(50, 100, 55);
        assertThat(ours.over(peer).rounds())
                .allSatisfy(ratio -> assertThat(ratio).isCloseTo(2, within(1e-9)));
    }

    @Test
    void ratioOfUnequalRoundsIsRefused() {
        assertThatThrownBy(() -> Sample.of(1, 2).over(Sample.of(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noRoundIsNoSample() {
        assertThatThrownBy(() -> new Sample(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
