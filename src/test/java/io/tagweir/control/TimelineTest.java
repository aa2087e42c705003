package io.tagweir.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 *
 *
 * <pre>
 *   second   ──── 10 ──── 20 ────►
 *   open          a       b
 * </pre>
 */
class TimelineTest {

    private final Door.Doors doors = Door.Doors.of(List.of(Door.open("b", 20), Door.open("a", 10), Door.shut("c")));

    @Test
    void activationHoldsFromItsTimeUntilTheNext() {
        assertThat(doors.at(at(10))).contains("a");
        assertThat(doors.at(at(19))).contains("a");
        assertThat(doors.at(at(20))).contains("b");
        assertThat(doors.at(at(1_000))).contains("b");
    }

    @Test
    void firstActivationHoldsForEarlierTimesWithoutBeingTheLatest() {
        assertThat(doors.at(at(5))).contains("a");
        assertThat(doors.latest(at(5))).isEmpty();
        assertThat(doors.latest(at(20))).contains(new Timeline.Activation<>(at(20), "b"));
    }

    @Test
    void plannedAreThoseAfterTheTime() {
        assertThat(doors.planned(at(10))).containsExactly(new Timeline.Activation<>(at(20), "b"));
        assertThat(doors.planned(at(20))).isEmpty();
    }

    @Test
    void nothingHoldsWithoutAnActivation() {
        assertThat(Door.Doors.of(List.of()).at(at(10))).isEmpty();
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }
}
