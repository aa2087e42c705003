package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ZipfTest {

    private static final int DRAWS = 200_000;

    @Test
    void ranksComeAsOftenAsTheLawSays() {
        var counts = counts(new Zipf(100, 1, 7), 100);
        double harmonic = 0;
        for (int rank = 1; rank <= 100; rank++) {
            harmonic += 1.0 / rank;
        }
        for (int rank : new int[] {0, 1, 9, 99}) {
            double expected = 1 / ((rank + 1) * harmonic);
            assertThat(counts[rank] / (double) DRAWS).isCloseTo(expected, within(0.1 * expected));
        }
    }

    @Test
    void exponentZeroMakesAllRanksAlike() {
        var counts = counts(new Zipf(10, 0, 7), 10);
        for (int count : counts) {
            assertThat(count / (double) DRAWS).isCloseTo(0.1, within(0.01));
        }
    }

    @Test
    void sameSeedDrawsTheSameRanks() {
        var one = new Zipf(1_000, 1, 42);
        var other = new Zipf(1_000, 1, 42);
        for (int i = 0; i < 1_000; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    private static int[] counts(Zipf zipf, int ranks) {
        var counts = new int[ranks];
        for (int i = 0; i < DRAWS; i++) {
            counts[zipf.next()]++;
        }
        return counts;
    }
}
