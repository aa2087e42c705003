package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The control records this process has read, and the timeline they make.
 *
 * <p>Written by the thread that reads {@code head-snapshots}, read by every stream thread.
 */
public final class SnapshotCatalog {

    private final Map<String, Snapshot> snapshots = new ConcurrentSkipListMap<>();
    private volatile Timeline timeline = Timeline.EMPTY;
    private volatile long version;
    private volatile boolean whole;

    /**
     * Takes over the next control record of a snapshot, or says why it is left out.
     *
     * <p>Called by one thread at a time.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public Optional<SnapshotLife.Refusal> put(Snapshot snapshot) {
        var refusal = SnapshotLife.refusal(snapshots.get(snapshot.getId()), snapshot);
        if (refusal.isEmpty()) {
            snapshots.put(snapshot.getId(), snapshot);
            timeline = Timeline.of(snapshots.values());
            version++;
        }
        return refusal;
    }

    /** To be called once the topic has been read to its end: what is read from then on is news. */
    public void readWhole() {
        whole = true;
    }

    boolean isWhole() {
        return whole;
    }

    public Timeline timeline() {
        return timeline;
    }

    /** Rises with every control record taken over. */
    public long version() {
        return version;
    }

    public Optional<Snapshot> find(String id) {
        return Optional.ofNullable(snapshots.get(id));
    }

    /** Whether the rows of a snapshot are to be removed from every table. */
    public boolean isRetired(String id) {
        var snapshot = snapshots.get(id);
        return snapshot != null && (snapshot.getState() == SnapshotState.RETIRED || snapshot.getRetiredAt() != null);
    }

    /** All that are known, by id. */
    public List<Snapshot> snapshots() {
        return List.copyOf(snapshots.values());
    }
}
