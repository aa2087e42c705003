package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Ten queries a second, of which the cache answers:
 *
 * <pre>
 *   second   0    1  |  2    3    4
 *   share    .5   .8 |  .1   .4   .8
 * </pre>
 */
final class HitShareTest {

    private final HitShare share = new HitShare(Pace.steady(10, Duration.ofSeconds(5)), 5);

    HitShareTest() {
        int[] cached = {5, 8, 1, 4, 8};
        for (int i = 0; i < 50; i++) {
            share.answered(i, i % 10 < cached[i / 10] ? Source.CACHE : Source.STUDENT, 1_000);
        }
    }

    @Test
    void curveHasAValueForEachSecond() {
        assertThat(share.curve()).containsExactly(0.5, 0.8, 0.1, 0.4, 0.8);
        assertThat(share.mean(0, 2)).isEqualTo(0.65);
        assertThat(Sparkline.of(share.curve())).isEqualTo("▅▇▁▄▇");
    }

    @Test
    void recoveryIsTheFirstSecondThatReachesTheShare() {
        assertThat(share.secondsUntil(0.4, 2)).isEqualTo(2);
        assertThat(share.secondsUntil(0.75, 2)).isEqualTo(3);
        assertThat(share.secondsUntil(0.9, 2)).isNaN();
    }

    @Test
    void answersOfTheHeadAreNotMisses() {
        share.answered(0, Source.HEAD, 10);
        assertThat(share.curve()).first().isEqualTo(0.5);
    }

    @Test
    void sparklineBearsAnyShare() {
        assertThat(Sparkline.of(List.of(0.0, 1.0))).isEqualTo("▁█");
    }
}
