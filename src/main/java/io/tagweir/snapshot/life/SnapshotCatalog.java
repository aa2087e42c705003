package io.tagweir.snapshot.life;

import io.tagweir.avro.Snapshot;
import io.tagweir.control.ControlCatalog;

/** The control records of snapshots that this process has read. */
public final class SnapshotCatalog extends ControlCatalog<Snapshot, SnapshotTimeline> {

    public SnapshotCatalog() {
        super(SnapshotLifecycle.INSTANCE, SnapshotTimeline::of);
    }

    /** Whether the rows of a snapshot are to be removed from every table. */
    public boolean isRetired(String id) {
        return find(id).filter(Retirement::isRetired).isPresent();
    }
}
