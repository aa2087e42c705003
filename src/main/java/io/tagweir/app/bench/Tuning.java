package io.tagweir.app.bench;

import java.util.Map;

/** How Kafka Streams is tuned for a run, the same for every system in it. */
record Tuning(String profile, boolean exactlyOnce, int commitMillis) {

    /** For throughput. */
    static final Tuning DRAIN = new Tuning("drain", false, 100);

    /** For latency, at least once. */
    static final Tuning LATENCY = latency(false, 100);

    static Tuning latency(boolean exactlyOnce, int commitMillis) {
        return new Tuning("latency", exactlyOnce, commitMillis);
    }

    Map<String, String> settings() {
        return Map.of(
                "profile",
                profile,
                "guarantee",
                exactlyOnce ? "exactly_once_v2" : "at_least_once",
                "commit.interval.ms",
                Integer.toString(commitMillis));
    }
}
