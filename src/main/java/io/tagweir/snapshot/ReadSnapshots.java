package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Reads the control records of all snapshots into the {@link SnapshotCatalog}.
 *
 * <p>Runs on the global stream thread, which reads the whole topic through this processor before any stream thread
 * starts. So no query is looked up before the control history is known. The catalog is the state; the global store that
 * Kafka Streams asks for stays empty.
 */
public final class ReadSnapshots implements Processor<String, Snapshot, Void, Void> {

    /** Name of the (empty) global store. */
    public static final String STORE = "snapshots";

    private final SnapshotCatalog catalog;

    public ReadSnapshots(SnapshotCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void process(Record<String, Snapshot> control) {
        if (control.value() != null) {
            catalog.put(control.value());
        }
    }
}
