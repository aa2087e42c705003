package io.tagweir.head;

import io.tagweir.ledger.CommitWatch;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rebuild of one task's head table from {@code head-tags}, if its store has rows that this release can't read.
 *
 * <p>Such rows count as absent, and their snapshots as not verified. The consumer seeks to the beginning of the
 * partition ({@link HeadTasks#takeRewind}), so that every row is read again and overwrites the unreadable one. Until a
 * snapshot is complete, its queries are held or go to the student, as at a first start. A marker in the store makes the
 * rebuild survive a crash. It is deleted once the offset of a row that was read again is committed: from then on Kafka
 * delivers the rest.
 *
 * <p>Owned by the stream thread of its task.
 */
final class StoreRebuild {

    /** The marker; sorts before all other keys. */
    private static final String MARKER = "\trebuild";

    private final KeyValueStore<String, byte[]> store;
    private final CommitWatch commits;
    private final boolean atomic;
    private boolean due;
    private boolean rowRead;
    private long commitsBefore;

    /** @param atomic whether the task's offsets and writes are committed together */
    StoreRebuild(KeyValueStore<String, byte[]> store, CommitWatch commits, boolean atomic) {
        this.store = store;
        this.commits = commits;
        this.atomic = atomic;
        due = store.get(MARKER) != null;
    }

    /** Starts a rebuild. */
    void begin() {
        store.put(MARKER, new byte[0]);
        due = true;
    }

    /** Whether a rebuild is under way. */
    boolean isDue() {
        return due;
    }

    /** Records that a row was read from the topic. */
    void rowRead() {
        if (due && !rowRead) {
            rowRead = true;
            commitsBefore = commits.commits();
        }
    }

    /** Ends the rebuild once the offset of a row is committed. */
    void settle() {
        if (rowRead && (atomic || commits.commits() != commitsBefore)) {
            store.delete(MARKER);
            due = false;
            rowRead = false;
        }
    }
}
