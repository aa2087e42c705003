package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which snapshot answers a query: a pure function of the query's event time and the control history.
 *
 * <p>An activation holds from its event time until the next one of any snapshot. A query older than the first
 * activation is answered from that first one: a backlog is better served than sent to the student. Immutable.
 */
public final class Timeline {

    /** Nothing was ever active. */
    public static final Timeline EMPTY = new Timeline(new TreeMap<>());

    private final TreeMap<Instant, String> activations;

    private Timeline(TreeMap<Instant, String> activations) {
        this.activations = activations;
    }

    /** The timeline that these control records make, one a snapshot, in any order. */
    public static Timeline of(Collection<Snapshot> snapshots) {
        var activations = new TreeMap<Instant, String>();
        for (var snapshot : snapshots) {
            if (snapshot.getState() == SnapshotState.ACTIVE || snapshot.getState() == SnapshotState.SUPERSEDED) {
                snapshot.getActivations().forEach(from -> activations.merge(from, snapshot.getId(), Timeline::later));
            }
        }
        return new Timeline(activations);
    }

    /** Of two snapshots active from the very same event time, every instance must pick the same. */
    private static String later(String one, String other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The snapshot that answers queries of this event time; empty where none was ever activated. */
    public Optional<String> at(Instant eventTime) {
        var activation = activations.floorEntry(eventTime);
        if (activation == null) {
            activation = activations.firstEntry();
        }
        return activation == null ? Optional.empty() : Optional.of(activation.getValue());
    }
}
