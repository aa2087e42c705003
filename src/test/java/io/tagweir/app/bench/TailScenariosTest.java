package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.CountedAnswer;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.RateProfile.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Ten misses a second and a hit, of which the cache answers:
 *
 * <pre>
 *   second   0    1  |  2    3    4
 *   share    .5   .8 |  .1   .4   .8
 * </pre>
 */
final class TailScenariosTest {

    private static final List<Double> SHARES = List.of(0.5, 0.8, 0.1, 0.4, 0.8);

    @Test
    void hitShareHasAValueForEachSecondAndLeavesOutTheHead() {
        var profile = new RateProfile(Phase.of(1, 10, Duration.ofSeconds(2)), Phase.of(1, 10, Duration.ofSeconds(3)));
        var answers = new AnswerCounter(profile.queries(), 0, number -> 0);
        int[] cached = {5, 8, 1, 4, 8};
        for (int i = 0; i < profile.queries(); i++) {
            boolean hit = i % 11 == 10;
            CountedAnswer.count(
                    answers,
                    i,
                    hit ? Source.HEAD : i % 11 < cached[i / 11] ? Source.CACHE : Source.STUDENT,
                    Duration.ofMillis(1));
        }
        assertThat(TailScenarios.cacheHitShare(profile, answers)).isEqualTo(SHARES);
    }

    @Test
    void recoveryIsTheFirstSecondThatReachesTheShare() {
        assertThat(TailScenarios.secondsUntil(SHARES, 0.4, 2)).isEqualTo(2);
        assertThat(TailScenarios.secondsUntil(SHARES, 0.75, 2)).isEqualTo(3);
        assertThat(TailScenarios.secondsUntil(SHARES, 0.9, 2)).isNaN();
    }
}
