package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.bench.RateProfile.Phase;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 *
 *
 * <pre>
 *   phase       0: 2 s      1: 1 s
 *   hits        8/s         800/s
 *   misses      2/s         200/s
 * </pre>
 */
final class RateProfileTest {

    private final RateProfile profile =
            new RateProfile(Phase.of(8, 2, Duration.ofSeconds(2)), Phase.of(800, 200, Duration.ofSeconds(1)));

    @Test
    void eachPhaseKeepsItsOwnRate() {
        assertThat(profile.queries()).isEqualTo(1_020);
        assertThat(dueMillis(0)).isZero();
        assertThat(dueMillis(19)).isEqualTo(1_900);
        assertThat(dueMillis(20)).isEqualTo(2_000);
        assertThat(dueMillis(21)).isEqualTo(2_001);
        assertThat(dueMillis(1_019)).isEqualTo(2_999);
        assertThat(profile.phase(19)).isZero();
        assertThat(profile.phase(20)).isOne();
        assertThat(profile.intoPhase(21)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void missesAreSpreadEvenlyOverTheirPhase() {
        assertThat(misses(0, 10)).isEqualTo(2);
        assertThat(misses(10, 20)).isEqualTo(2);
        assertThat(misses(20, 520)).isEqualTo(100);
        assertThat(misses(520, 1_020)).isEqualTo(100);
        assertThat(profile.misses()).isEqualTo(204);
    }

    @Test
    void missesAreCountedAcrossPhases() {
        int[] misses =
                IntStream.range(0, profile.queries()).filter(profile::isMiss).toArray();
        for (int i = 0; i < misses.length; i++) {
            assertThat(profile.missesBefore(misses[i])).isEqualTo(i);
        }
    }

    @Test
    void backlogHasExactlyTheMissesAskedForAndIsDueAtOnce() {
        for (int misses : new int[] {0, 200, 3_000, 7_100, 10_000}) {
            var backlog = RateProfile.backlog(10_000, misses);
            assertThat(IntStream.range(0, 10_000).filter(backlog::isMiss)).hasSize(misses);
            assertThat(backlog.dueNanos(9_999)).isZero();
        }
    }

    @Test
    void steadyLoadOfAnyLengthKeepsItsRate() {
        var steady = RateProfile.steady(2_000, 3);
        assertThat(steady.queries()).isEqualTo(3);
        assertThat(steady.dueNanos(2)).isEqualTo(1_000_000);
    }

    @Test
    void queryBeyondTheLastIsRefused() {
        assertThatThrownBy(() -> profile.dueNanos(1_020)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile.isMiss(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private long dueMillis(int number) {
        return Duration.ofNanos(profile.dueNanos(number)).toMillis();
    }

    private long misses(int from, int to) {
        return IntStream.range(from, to).filter(profile::isMiss).count();
    }
}
