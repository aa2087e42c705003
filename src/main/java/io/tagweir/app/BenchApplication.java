package io.tagweir.app;

import io.tagweir.bench.Contender;
import io.tagweir.bench.Tuning;
import io.tagweir.student.Student;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The application as it ships, entered for the benchmark.
 *
 * @param given its settings, but for those a run fixes
 */
record BenchApplication(String name, Map<String, String> given, int partitions, Student student, InstantSource clock)
        implements Contender {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    BenchApplication {
        given = Map.copyOf(given);
    }

    /** The same application under another name, with more settings; it shares head, group and state. */
    BenchApplication with(String newName, Map<String, String> more) {
        var all = new HashMap<>(given);
        all.putAll(more);
        return new BenchApplication(newName, all, partitions, student, clock);
    }

    @Override
    public String group() {
        return setting(AppSettings.APPLICATION_ID);
    }

    @Override
    public String head() {
        return settings().topics().name(Topic.HEAD_TAGS);
    }

    /** Settings as a command on its snapshots gets them. */
    Settings settings() {
        return Settings.of(given);
    }

    Path stateDir() {
        return Path.of(setting(StreamsSettings.STATE_DIR));
    }

    private String setting(String key) {
        return Objects.requireNonNull(given.get(key), key);
    }

    @Override
    public Running start(String queries, String answers, Tuning tuning) {
        var application = Application.around(settings(given, queries, answers, tuning), partitions, student, clock);
        try {
            application.awaitRunning();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return new Running() {
            @Override
            public void awaitHead() {
                Await.until(
                        name + " to verify its head",
                        PATIENCE,
                        () -> application.primed(clock.instant()) == partitions);
            }

            @Override
            public void close() {
                application.close();
            }
        };
    }

    static Settings settings(Map<String, String> given, String queries, String answers, Tuning tuning) {
        var all = new HashMap<>(given);
        all.merge(Topics.NAMES, "queries=" + queries + ",tagged-queries=" + answers, (own, more) -> own + "," + more);
        all.put(StreamsSettings.PROFILE, tuning.drain() ? "drain" : "latency");
        all.put(StreamsSettings.GUARANTEE, tuning.exactlyOnce() ? "exactly_once_v2" : "at_least_once");
        all.put(
                StreamsSettings.COMMIT_INTERVAL,
                Long.toString(tuning.commitInterval().toMillis()));
        return Settings.of(all);
    }
}
