package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.SnapshotState;
import io.tagweir.local.LocalCluster;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.life.SnapshotTimeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of snapshots, as the control topic tells it. */
class SnapshotPublisherIT {

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /**
     *
     *
     * <pre>
     *   now            in an hour
     *   v1 ──────────► v2 planned
     *   v1 again, so v2 is cancelled
     * </pre>
     */
    @Test
    void activationCallsOffWhatWasPlannedForLater() {
        var site = new Site(cluster, "planned", dir, Map.of());
        var now = Clock.systemUTC().instant();
        var inAnHour = now.plus(Duration.ofHours(1));
        site.publish("v1", now.minusSeconds(60), List.of("milk"));
        site.publish("v2", inAnHour, List.of("milk"));
        try (var publisher = SnapshotCommand.publisher(site.settings())) {
            assertThat(SnapshotTimeline.of(publisher.list()).at(now)).contains("v1");
            assertThat(SnapshotTimeline.of(publisher.list()).at(inAnHour)).contains("v2");

            publisher.activate("v1", now);
            var after = publisher.list();
            assertThat(SnapshotTimeline.of(after).at(inAnHour)).contains("v1");
            assertThat(after)
                    .filteredOn(one -> one.getId().equals("v2"))
                    .singleElement()
                    .satisfies(v2 -> {
                        assertThat(v2.getState()).isEqualTo(SnapshotState.SEALED);
                        assertThat(v2.getActivations()).isEmpty();
                    });
            assertThat(SnapshotTimeline.of(after).at(now.minusSeconds(30))).contains("v1");
        }
    }

    @Test
    void idIsNeverReusedAndAnEmptySnapshotLeavesNoTrace() {
        var site = new Site(cluster, "ids", dir, Map.of());
        site.publish("v1", Clock.systemUTC().instant(), List.of("milk"));
        try (var publisher = SnapshotCommand.publisher(site.settings())) {
            assertThatThrownBy(() -> publisher.publish("v1", "test", Collections.emptyIterator(), count -> {}))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("never reused");
            assertThatThrownBy(() -> publisher.publish("v2", "test", Collections.emptyIterator(), count -> {}))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("nothing was written");
            assertThatThrownBy(() -> publisher.activate("v2", Clock.systemUTC().instant()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("there is no snapshot v2; known: v1");
        }
    }
}
