package io.tagweir.bench;

import java.time.Duration;

/**
 * How much of everything a run takes.
 *
 * @param warmUps rounds of each contender that are not counted
 * @param rounds that are
 * @param drain queries in a drained backlog
 * @param mixed queries in a backlog with misses
 * @param tail queries in a backlog of nothing but misses
 * @param smallHead rows of the small head, as those of the large and of the huge one
 * @param snapshot rows of a snapshot that is published while it is measured
 * @param warmUp and {@code window}: how long a steady load is sent before it is measured, and for each round
 * @param burst how long a burst of misses, and what is before and after it, lasts
 * @param drift how long the tail stays popular that another takes the place of
 * @param distinct misses, no two alike, that memory is watched over
 * @param thorough whether latency is measured at every commit interval and at half the rate drained, too, and snapshots
 *     are switched there and back twice
 */
public record Scale(
        int warmUps,
        int rounds,
        int drain,
        int mixed,
        int tail,
        int smallHead,
        int largeHead,
        int hugeHead,
        int snapshot,
        Duration warmUp,
        Duration window,
        BurstLoad.Times burst,
        Duration drift,
        int distinct,
        boolean thorough) {

    /** All scenarios within 20 minutes on two cores that nothing else uses: by the parts, 18 to 19. */
    public static Scale full() {
        return new Scale(
                1,
                4,
                1_000_000,
                300_000,
                24_000,
                10_000,
                1_000_000,
                5_000_000,
                1_000_000,
                Duration.ofSeconds(8),
                Duration.ofSeconds(4),
                BurstLoad.Times.ofSeconds(12, 30, 5),
                Duration.ofSeconds(20),
                144_000,
                true);
    }

    /** All scenarios within 4, in one round each: a first look. */
    public static Scale quick() {
        return new Scale(
                1,
                1,
                200_000,
                60_000,
                4_000,
                10_000,
                50_000,
                100_000,
                50_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                BurstLoad.Times.ofSeconds(3, 6, 1),
                Duration.ofSeconds(4),
                8_000,
                false);
    }
}
