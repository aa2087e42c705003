package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control records of all snapshots into the {@link SnapshotCatalog}.
 *
 * <p>Runs on the global stream thread, which reads the whole topic through this processor before any stream thread
 * starts. So no query is looked up before the control history is known. The catalog is the state; the global store that
 * Kafka Streams asks for stays empty. What changes after the start is logged, a line for each change.
 */
public final class ReadSnapshots implements Processor<String, Snapshot, Void, Void> {

    /** Name of the (empty) global store. */
    public static final String STORE = "snapshots";

    private static final Logger log = LoggerFactory.getLogger(ReadSnapshots.class);

    private final SnapshotCatalog catalog;
    private final Consumer<String> refused;

    /** @param refused told the {@link SnapshotLife.Reason} of each control record that is left out */
    public ReadSnapshots(SnapshotCatalog catalog, Consumer<String> refused) {
        this.catalog = catalog;
        this.refused = refused;
    }

    @Override
    public void process(Record<String, Snapshot> control) {
        var snapshot = control.value();
        if (snapshot == null) {
            return;
        }
        var known = catalog.find(snapshot.getId()).orElse(null);
        var refusal = snapshot.getId().equals(control.key())
                ? catalog.put(snapshot)
                : Optional.of(new SnapshotLife.Refusal(
                        SnapshotLife.Reason.WRONG_KEY,
                        "a control record of " + snapshot.getId() + " has the key " + control.key()));
        refusal.ifPresent(why -> {
            log.warn("a control record is left out: {}", why.message());
            refused.accept(why.reason().name());
        });
        if (refusal.isEmpty() && catalog.isWhole()) {
            SnapshotNews.of(known, snapshot).forEach(log::info);
        }
    }
}
