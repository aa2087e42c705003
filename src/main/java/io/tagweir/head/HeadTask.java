package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.ledger.CommitWatch;
import io.tagweir.ledger.Ledger;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the processors of one task of the head share: the rows, their tallies, and the queries held back.
 *
 * <p>Owned by the stream thread of its task.
 */
record HeadTask(HeadTable table, Tallies tallies, ColdQueries cold) {

    /** Made of the stores of a task. */
    static HeadTask open(ProcessorContext<?, ?> context, HeadTasks tasks) {
        KeyValueStore<String, byte[]> rows = context.getStateStore(HeadTasks.ROWS);
        KeyValueStore<String, Held> held = context.getStateStore(HeadTasks.HELD);
        CommitWatch commits = context.getStateStore(HeadTasks.COMMITS);
        var ledger = new Ledger<>(held, commits, tasks.atomic());
        return new HeadTask(
                new HeadTable(rows, tasks.heapBytesOfTask()),
                new Tallies(rows, tasks.atomic()),
                new ColdQueries(ledger, tasks));
    }
}
