package io.tagweir.snapshot.life;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.Timeline;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which snapshot answers a query: a pure function of the query's event time and the control records.
 *
 * <p>A query older than the first activation is answered from the first activated snapshot: that serves a backlog
 * better than the student would. Immutable.
 */
public final class SnapshotTimeline extends Timeline<String> {

    private SnapshotTimeline(SortedMap<Instant, String> activations) {
        super(activations);
    }

    /** The timeline of these control records, one for each snapshot, in any order. */
    public static SnapshotTimeline of(Collection<Snapshot> snapshots) {
        var activations = new TreeMap<Instant, String>();
        for (var snapshot : snapshots) {
            if (answers(snapshot)) {
                // Of two snapshots active from the same event time, every instance must choose the same.
                snapshot.getActivations()
                        .forEach(from -> activations.merge(
                                from, snapshot.getId(), (one, other) -> one.compareTo(other) > 0 ? one : other));
            }
        }
        return new SnapshotTimeline(activations);
    }

    private static boolean answers(Snapshot snapshot) {
        return (snapshot.getState() == SnapshotState.ACTIVE || snapshot.getState() == SnapshotState.SUPERSEDED)
                && snapshot.getRetiredAt() == null;
    }

    /** The snapshots activated by this time, without repetition, the latest first. */
    public List<String> before(Instant time) {
        return activations().headMap(time, true).descendingMap().values().stream()
                .distinct()
                .toList();
    }

    /**
     * When another snapshot last took over from this one, by this time; empty if that has not happened, or it was never
     * active.
     */
    public Optional<Instant> lastAnswered(String id, Instant time) {
        Instant end = null;
        String holder = "";
        for (var activation : activations().headMap(time, true).entrySet()) {
            if (holder.equals(id) && !activation.getValue().equals(id)) {
                end = activation.getKey();
            }
            holder = activation.getValue();
        }
        return holder.equals(id) ? Optional.empty() : Optional.ofNullable(end);
    }
}
