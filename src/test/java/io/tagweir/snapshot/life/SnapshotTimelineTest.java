package io.tagweir.snapshot.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTimelineTest {

    private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void nothingIsActiveWithoutAnActivation() {
        assertThat(SnapshotTimeline.of(List.of(snapshot("v1", SnapshotState.SEALED)))
                        .at(T))
                .isEmpty();
    }

    /**
     *
     *
     * <pre>
     *   0      10     20     30
     *   v1 ──► v2 ──► v1 ──►
     * </pre>
     */
    @Test
    void activationHoldsUntilTheNextOneOfAnySnapshot() {
        var timeline = SnapshotTimeline.of(
                List.of(snapshot("v2", SnapshotState.SUPERSEDED, 10), snapshot("v1", SnapshotState.ACTIVE, 0, 20)));
        assertThat(List.of(0, 9, 10, 19, 20, 30))
                .extracting(second -> timeline.at(T.plusSeconds(second)).orElse(""))
                .containsExactly("v1", "v1", "v2", "v2", "v1", "v1");
    }

    @Test
    void queryOlderThanTheFirstActivationIsAnsweredFromIt() {
        var timeline = SnapshotTimeline.of(List.of(snapshot("v1", SnapshotState.ACTIVE, 0)));
        assertThat(timeline.at(T.minusSeconds(3600))).contains("v1");
    }

    @Test
    void quarantinedAndRetiredSnapshotsAreNeverChosen() {
        var timeline = SnapshotTimeline.of(List.of(
                snapshot("v1", SnapshotState.SUPERSEDED, 0),
                snapshot("v2", SnapshotState.QUARANTINED, 10),
                snapshot("v3", SnapshotState.RETIRED, 20)));
        assertThat(timeline.at(T.plusSeconds(30))).contains("v1");
    }

    @Test
    void orderOfControlRecordsDoesNotMatter() {
        var one = snapshot("v1", SnapshotState.ACTIVE, 0);
        var two = snapshot("v2", SnapshotState.ACTIVE, 0);
        assertThat(SnapshotTimeline.of(List.of(one, two)).at(T))
                .isEqualTo(SnapshotTimeline.of(List.of(two, one)).at(T));
    }

    private static Snapshot snapshot(String id, SnapshotState state, int... seconds) {
        return Snapshot.newBuilder()
                .setId(id)
                .setState(state)
                .setCreatedAt(T)
                .setActivations(Arrays.stream(seconds).mapToObj(T::plusSeconds).toList())
                .build();
    }
}
