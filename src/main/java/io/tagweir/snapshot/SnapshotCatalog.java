package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The control records this process has read, and the timeline they make.
 *
 * <p>Written by the thread that reads {@code head-snapshots}, read by every stream thread.
 */
public final class SnapshotCatalog {

    private final Map<String, Snapshot> snapshots = new ConcurrentSkipListMap<>();
    private volatile Timeline timeline = Timeline.EMPTY;

    /** Takes over the newest control record of a snapshot. */
    public void put(Snapshot snapshot) {
        snapshots.put(snapshot.getId(), snapshot);
        timeline = Timeline.of(snapshots.values());
    }

    public Timeline timeline() {
        return timeline;
    }

    /** All that are known, by id. */
    public List<Snapshot> snapshots() {
        return List.copyOf(snapshots.values());
    }
}
