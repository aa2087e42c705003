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
 * @param allCommitIntervals whether latency is measured at 25 and 10 ms between commits too under every guarantee
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
        boolean allCommitIntervals) {

    /** All scenarios within 20 minutes on two cores. */
    public static Scale full() {
        return new Scale(
                1,
                5,
                1_000_000,
                400_000,
                30_000,
                10_000,
                1_000_000,
                5_000_000,
                1_000_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                BurstLoad.Times.ofSeconds(15, 30, 5),
                Duration.ofSeconds(25),
                144_000,
                true);
    }

    /** All scenarios within 4. */
    public static Scale quick() {
        return new Scale(
                1,
                3,
                400_000,
                120_000,
                6_000,
                10_000,
                100_000,
                300_000,
                100_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                BurstLoad.Times.ofSeconds(4, 10, 2),
                Duration.ofSeconds(5),
                12_000,
                false);
    }
}
