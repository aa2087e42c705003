package io.tagweir.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.CountedAnswer;
import io.tagweir.bench.RateProfile;
import io.tagweir.wire.WireSerdes;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * 100 hits/s throughout, and misses:
 *
 * <pre>
 *   idle, 2 s     burst, 3 s     after, 1 s
 *   20/s          200/s          20/s
 * </pre>
 */
final class BurstScenarioTest {

    private final RateProfile profile = BurstScenario.profile(100, 20, 2, 3, 1);
    private final AnswerCounter answers = new AnswerCounter(profile.queries(), 0, number -> 0);

    @Test
    void missesMultiplyInTheBurstAndHitsDoNot() {
        assertThat(profile.queries()).isEqualTo(2 * 120 + 3 * 300 + 120);
        assertThat(misses(0)).isEqualTo(40);
        assertThat(misses(1)).isEqualTo(600);
        assertThat(misses(2)).isEqualTo(20);
    }

    @Test
    void oneMissInTenIsInteractiveAndThreeAreBackground() {
        assertThat(BurstScenario.burstMisses(profile, Priority.INTERACTIVE)).hasSize(60);
        assertThat(BurstScenario.burstMisses(profile, Priority.STANDARD)).hasSize(360);
        assertThat(BurstScenario.burstMisses(profile, Priority.BACKGROUND)).hasSize(180);
    }

    @Test
    void onlyInteractiveMissesHaveADeadline() {
        WireSerdes.trustRecords();
        var queries = BurstScenario.prioritised(profile, BenchContext.queries(profile, 50, 1_000, 1));
        for (int i = 0; i < profile.queries(); i++) {
            var query = queries.apply(i);
            var expected = profile.isMiss(i) ? BurstScenario.priority(profile, i) : Priority.STANDARD;
            assertThat(query.getPriority()).isEqualTo(expected);
            assertThat(query.getDeadlineMs()).isEqualTo(expected == Priority.INTERACTIVE ? 2_000 : null);
        }
    }

    @Test
    void interactiveMissIsInTimeOnlyIfItWasTaggedBeforeItsDeadline() {
        var interactive =
                BurstScenario.burstMisses(profile, Priority.INTERACTIVE).toArray();
        CountedAnswer.count(answers, interactive[0], Source.STUDENT, Duration.ofMillis(2_000));
        CountedAnswer.count(answers, interactive[1], Source.CACHE, Duration.ofMillis(10));
        CountedAnswer.count(answers, interactive[2], Source.STUDENT, Duration.ofMillis(2_001));
        CountedAnswer.count(answers, interactive[3], Source.SHED, Duration.ofMillis(10));
        CountedAnswer.count(answers, interactive[4], Source.FALLBACK, Duration.ofMillis(10));
        assertThat(BurstScenario.interactiveInTime(profile, answers)).isEqualTo(2.0 / 60);
    }

    @Test
    void headIsMeasuredWindowByWindow() {
        for (int i = 0; i < profile.queries(); i++) {
            if (!profile.isMiss(i)) {
                CountedAnswer.count(
                        answers,
                        i,
                        Source.HEAD,
                        Duration.ofMillis(profile.intoPhase(i).toSeconds() == 1 ? 8 : 2));
            }
        }
        var burst = BurstScenario.headP99(profile, answers, 1, Duration.ofSeconds(1));
        assertThat(burst.rounds()).hasSize(3);
        assertThat(burst.median()).isBetween(1.9, 2.1);
        assertThat(burst.max()).isBetween(7.9, 8.1);
        assertThat(BurstScenario.headP99(profile, answers, 2, Duration.ofSeconds(1))
                        .rounds())
                .hasSize(1);
    }

    private long misses(int phase) {
        return IntStream.range(0, profile.queries())
                .filter(number -> profile.phase(number) == phase && profile.isMiss(number))
                .count();
    }
}
