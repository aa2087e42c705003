package io.tagweir.head;

import io.tagweir.ledger.CommitWatch;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rebuild of one task's head table from {@code head-tags}, where its store holds rows that this release can't read.
 *
 * <p>Such rows count as absent, and the snapshots they belong to as not verified. The consumer goes back to the
 * beginning of the partition ({@link HeadTasks#takeRewind}), so every row comes again and is written over the one that
 * can't be read; until a snapshot is whole, its queries are held or go to the student, as at a first start. A key in
 * the store says that a rebuild has begun. It outlives a crash, and so does the rebuild: it goes once the offset of a
 * row that came again has been committed, for from then on Kafka delivers the others.
 *
 * <p>Owned by the stream thread of its task.
 */
final class Rebuild {

    /** Sorts before all rows and marks. */
    private static final String BEGUN = "\trebuild";

    private final KeyValueStore<String, byte[]> store;
    private final CommitWatch commits;
    private final boolean atomic;
    private boolean due;
    private boolean rowRead;
    private long commitsBefore;

    /** @param atomic whether the task's offsets and its writes are committed together */
    Rebuild(KeyValueStore<String, byte[]> store, CommitWatch commits, boolean atomic) {
        this.store = store;
        this.commits = commits;
        this.atomic = atomic;
        due = store.get(BEGUN) != null;
    }

    /** Rows were found that can't be read. */
    void begin() {
        store.put(BEGUN, new byte[0]);
        due = true;
    }

    /** Whether the rows are to be read from the beginning. */
    boolean isDue() {
        return due;
    }

    /** A row has been read from the topic. */
    void rowRead() {
        if (due && !rowRead) {
            rowRead = true;
            commitsBefore = commits.commits();
        }
    }

    /** Ends the rebuild once it can't be lost any more. */
    void settle() {
        if (rowRead && (atomic || commits.commits() != commitsBefore)) {
            store.delete(BEGUN);
            due = false;
            rowRead = false;
        }
    }
}
