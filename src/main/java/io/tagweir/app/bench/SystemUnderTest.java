package io.tagweir.app.bench;

import io.tagweir.app.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A Kafka Streams application that reads queries and writes answers: Tagweir or a peer. Its state and consumer group
 * outlive a run, so it loads its head once.
 *
 * @param name in the report
 * @param given settings, without those that a run decides
 */
record SystemUnderTest(String name, Map<String, String> given, Starter starter) {

    static final String APPLICATION_ID = "application.id";
    static final String STATE_DIR = "state.dir";

    /** Tuned for throughput. */
    static final Map<String, String> DRAIN = tuning("drain", "at_least_once", 100);

    /** Tuned for latency. */
    static final Map<String, String> LATENCY = tuning("latency", "at_least_once", 100);

    static Map<String, String> tuning(String profile, String guarantee, int commitMillis) {
        return Map.of("profile", profile, "guarantee", guarantee, "commit.interval.ms", Integer.toString(commitMillis));
    }

    /** Starts a system and returns once it is running. */
    @FunctionalInterface
    interface Starter {
        Running start(Settings settings);
    }

    /** A started system. */
    record Running(Runnable untilHeadIsLoaded, Runnable stop) implements AutoCloseable {

        void awaitHead() {
            untilHeadIsLoaded.run();
        }

        /** Commits, stops and leaves the group. */
        @Override
        public void close() {
            stop.run();
        }
    }

    /** The same system under another name and with more settings; it shares head, group and state. */
    SystemUnderTest with(String newName, Map<String, String> more) {
        return new SystemUnderTest(newName, merged(more), starter);
    }

    String group() {
        return Objects.requireNonNull(given.get(APPLICATION_ID));
    }

    Path stateDir() {
        return Path.of(Objects.requireNonNull(given.get(STATE_DIR)));
    }

    Settings settings() {
        return Settings.of(given);
    }

    Running start(String queries, String answers, Map<String, String> tuning) {
        var all = new HashMap<>(merged(tuning));
        all.put("topic.queries", queries);
        all.put("topic.tagged.queries", answers);
        return starter.start(Settings.of(all));
    }

    private Map<String, String> merged(Map<String, String> more) {
        var all = new HashMap<>(given);
        all.putAll(more);
        return all;
    }
}
