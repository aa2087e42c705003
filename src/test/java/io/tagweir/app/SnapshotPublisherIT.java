package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.SnapshotState;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.life.SnapshotTimeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the control topic holds after snapshots are published and activated. */
class SnapshotPublisherIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

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
    void activationCancelsLaterOnes() {
        var deployment = CLUSTER.deployment("planned");
        var now = Instant.now();
        var inAnHour = now.plus(Duration.ofHours(1));
        deployment.publish("v1", now.minusSeconds(60), List.of("milk"));
        deployment.publish("v2", inAnHour, List.of("milk"));
        try (var publisher = SnapshotCommand.publisher(deployment.settings())) {
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
        var deployment = CLUSTER.deployment("ids");
        deployment.publish("v1", Instant.now(), List.of("milk"));
        try (var publisher = SnapshotCommand.publisher(deployment.settings())) {
            assertThatThrownBy(() -> publisher.publish("v1", "test", Collections.emptyIterator(), count -> {}))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("never reused");
            assertThatThrownBy(() -> publisher.publish("v2", "test", Collections.emptyIterator(), count -> {}))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("nothing was written");
            assertThatThrownBy(() -> publisher.activate("v2", Instant.now()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("there is no snapshot v2; known: v1");
        }
    }
}
