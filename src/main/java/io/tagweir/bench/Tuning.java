package io.tagweir.bench;

import java.time.Duration;

/**
 * How Kafka Streams is tuned for a run; the same for every contender of it.
 *
 * @param drain large compressed batches rather than every record at once
 */
public record Tuning(boolean drain, boolean exactlyOnce, Duration commitInterval) {

    /** For throughput: the profile drain, at_least_once. */
    public static final Tuning DRAIN = new Tuning(true, false, Duration.ofMillis(100));

    /** For latency: the profile latency. */
    public static Tuning latency(boolean exactlyOnce, int commitMillis) {
        return new Tuning(false, exactlyOnce, Duration.ofMillis(commitMillis));
    }
}
