package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.bench.Pace.Stretch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaceTest {

    @Test
    void eachStretchKeepsItsOwnRate() {
        var pace = new Pace(List.of(new Stretch(10, Duration.ofSeconds(2)), new Stretch(1_000, Duration.ofSeconds(1))));
        assertThat(pace.queries()).isEqualTo(1_020);
        assertThat(millis(pace, 0)).isZero();
        assertThat(millis(pace, 19)).isEqualTo(1_900);
        assertThat(millis(pace, 20)).isEqualTo(2_000);
        assertThat(millis(pace, 21)).isEqualTo(2_001);
        assertThat(millis(pace, 1_019)).isEqualTo(2_999);
    }

    @Test
    void queryBeyondTheLastIsNeverDue() {
        var pace = Pace.steady(10, Duration.ofSeconds(1));
        assertThatThrownBy(() -> pace.due(10)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long millis(Pace pace, int number) {
        return Duration.ofNanos(pace.due(number)).toMillis();
    }
}
