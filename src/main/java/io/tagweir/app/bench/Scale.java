package io.tagweir.app.bench;

import java.time.Duration;

/**
 * How much work each scenario does. On two cores that nothing else uses, all scenarios take up to 20 minutes, and 4 if
 * {@code quick}.
 */
record Scale(boolean quick) {

    /** Rounds of each system that are not counted. */
    int warmUpRounds() {
        return 1;
    }

    int rounds() {
        return quick ? 1 : 4;
    }

    /** Queries in a backlog of hits. */
    int hitBacklog() {
        return quick ? 200_000 : 1_000_000;
    }

    /** Queries in a backlog of hits and misses. */
    int mixedBacklog() {
        return quick ? 60_000 : 300_000;
    }

    /** Queries in a backlog of misses. */
    int missBacklog() {
        return quick ? 4_000 : 24_000;
    }

    /** Rows of the small head. */
    int smallHead() {
        return 10_000;
    }

    int largeHead() {
        return quick ? 50_000 : 1_000_000;
    }

    int hugeHead() {
        return quick ? 100_000 : 5_000_000;
    }

    /** Rows of a snapshot that is published while something is measured. */
    int snapshot() {
        return quick ? 50_000 : 1_000_000;
    }

    /** How long a load runs before it is measured. */
    Duration warmUp() {
        return Duration.ofSeconds(quick ? 3 : 8);
    }

    /** How long a load runs for one round of percentiles. */
    Duration window() {
        return Duration.ofSeconds(quick ? 1 : 4);
    }

    /** The time before a burst, the burst, and the time after it. */
    Duration[] burst() {
        return quick ? seconds(3, 6, 1) : seconds(12, 30, 5);
    }

    private static Duration[] seconds(int before, int burst, int after) {
        return new Duration[] {Duration.ofSeconds(before), Duration.ofSeconds(burst), Duration.ofSeconds(after)};
    }

    /** How long each of two sets of misses stays popular. */
    Duration drift() {
        return Duration.ofSeconds(quick ? 4 : 20);
    }

    /** Unique misses over which memory is watched. */
    int uniqueMisses() {
        return quick ? 8_000 : 144_000;
    }
}
