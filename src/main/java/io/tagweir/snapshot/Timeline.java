package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshot answers a query: a pure function of the query's event time and the control history.
 *
 * <p>An activation holds from its event time until the next one of any snapshot. A query older than the first
 * activation is answered from that first one: a backlog is better served than sent to the student. Immutable.
 */
public final class Timeline {

    /** Nothing was ever active. */
    public static final Timeline EMPTY = new Timeline(new TreeMap<>());

    /** From this event time on, this snapshot. */
    public record Activation(Instant from, String snapshot) {}

    private final TreeMap<Instant, String> activations;

    private Timeline(TreeMap<Instant, String> activations) {
        this.activations = activations;
    }

    /** The timeline that these control records make, one a snapshot, in any order. */
    public static Timeline of(Collection<Snapshot> snapshots) {
        var activations = new TreeMap<Instant, String>();
        for (var snapshot : snapshots) {
            if (answers(snapshot)) {
                snapshot.getActivations().forEach(from -> activations.merge(from, snapshot.getId(), Timeline::later));
            }
        }
        return new Timeline(activations);
    }

    private static boolean answers(Snapshot snapshot) {
        return (snapshot.getState() == SnapshotState.ACTIVE || snapshot.getState() == SnapshotState.SUPERSEDED)
                && snapshot.getRetiredAt() == null;
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

    /** The latest activation that had come by this time, of whatever snapshot. */
    public Optional<Activation> latest(Instant time) {
        return activation(activations.floorEntry(time));
    }

    /** The activations still to come after this time, in order. */
    public List<Activation> planned(Instant time) {
        return activations.tailMap(time, false).entrySet().stream()
                .flatMap(entry -> activation(entry).stream())
                .toList();
    }

    /** The snapshots that have answered by this time, without repetition, the latest activated first. */
    public List<String> before(Instant time) {
        return activations.headMap(time, true).descendingMap().values().stream()
                .distinct()
                .toList();
    }

    /** When a snapshot last gave way to another by this time; empty where it has not, or was never active. */
    public Optional<Instant> lastAnswered(String id, Instant time) {
        Instant end = null;
        String holder = "";
        for (var activation : activations.headMap(time, true).entrySet()) {
            if (holder.equals(id) && !activation.getValue().equals(id)) {
                end = activation.getKey();
            }
            holder = activation.getValue();
        }
        return holder.equals(id) ? Optional.empty() : Optional.ofNullable(end);
    }

    private static Optional<Activation> activation(Map.@Nullable Entry<Instant, String> entry) {
        return entry == null ? Optional.empty() : Optional.of(new Activation(entry.getKey(), entry.getValue()));
    }
}
