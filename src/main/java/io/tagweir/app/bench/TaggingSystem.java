package io.tagweir.app.bench;

import io.tagweir.app.Application;
import io.tagweir.app.Settings;
import io.tagweir.student.Student;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Tagweir itself, as it ships.
 *
 * @param given its settings, without those that a run decides
 */
record TaggingSystem(String name, Map<String, String> given, int partitions, Student student, InstantSource clock)
        implements SystemUnderTest {

    static final String APPLICATION_ID = "application.id";
    static final String STATE_DIR = "state.dir";
    static final String HEAD_TAGS = "topic.head.tags";
    static final String HEAD_SNAPSHOTS = "topic.head.snapshots";

    TaggingSystem {
        given = Map.copyOf(given);
    }

    /** The same system under another name and with more settings; it shares head, group and state. */
    TaggingSystem with(String newName, Map<String, String> more) {
        var all = new HashMap<>(given);
        all.putAll(more);
        return new TaggingSystem(newName, all, partitions, student, clock);
    }

    @Override
    public String group() {
        return Objects.requireNonNull(given.get(APPLICATION_ID));
    }

    Path stateDir() {
        return Path.of(Objects.requireNonNull(given.get(STATE_DIR)));
    }

    /** Settings for commands on its snapshots. */
    Settings settings() {
        return Settings.of(given);
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
                BenchCluster.until(
                        name + " to verify its head", () -> application.primed(clock.instant()) == partitions);
            }

            @Override
            public void close() {
                application.close();
            }
        };
    }

    static Settings settings(Map<String, String> given, String queries, String answers, Tuning tuning) {
        var all = new HashMap<>(given);
        all.put("topic.queries", queries);
        all.put("topic.tagged.queries", answers);
        all.putAll(tuning.settings());
        return Settings.of(all);
    }
}
