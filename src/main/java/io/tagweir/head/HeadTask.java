package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.Ledger;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the processors of one head task share. Owned by the stream thread of the task. */
record HeadTask(HeadTable table, StoredSnapshots stored, ColdQueries cold, StoreRebuild rebuild) {

    private static final Logger log = LoggerFactory.getLogger(HeadTask.class);

    /** Opens the stores of a task. */
    static HeadTask open(ProcessorContext<?, ?> context, HeadTasks tasks) {
        KeyValueStore<String, byte[]> rows = context.getStateStore(HeadTasks.ROWS);
        KeyValueStore<String, Held> held = context.getStateStore(HeadTasks.HELD);
        CommitWatch commits = context.getStateStore(HeadTasks.COMMITS);
        var ledger = new Ledger<>(held, commits, tasks.atomic());
        var rebuild = new StoreRebuild(rows, commits, tasks.atomic());
        var stored = new StoredSnapshots(rows, tasks.atomic());
        stored.unreadable().ifPresent(format -> {
            log.warn(
                    "The head store of partition {} has rows of format {}, but this release reads format {}. The store is"
                            + " rebuilt from the topic of the rows.",
                    context.taskId().partition(),
                    format,
                    StoredTags.FORMAT);
            rebuild.begin();
        });
        if (rebuild.isDue()) {
            tasks.rewind(context.taskId().partition());
        }
        return new HeadTask(
                new HeadTable(rows, tasks.heapBytesOfTask()), stored, new ColdQueries(ledger, tasks), rebuild);
    }
}
