package io.tagweir.head;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.meter.Meters;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Reads catalog changes into a global store, so that every task knows whether head tags are older than a change.
 *
 * <p>Runs on the global stream thread, which reads to the end of the topic before any stream thread starts. After a
 * restart it continues from the checkpoint of its store, or from the beginning of the topic without one, always through
 * this processor, so a record is rejected each time it is read. A tombstone removes an entity.
 *
 * <p>An invalid record is thrown as a {@link RejectedRecordException}. Kafka Streams 4.3.1 can't send dead letters from
 * its global thread, so the record is logged and counted, and stays in its topic.
 */
public final class ReadCatalogEvents implements Processor<String, CatalogEvent, Void, Void> {

    /** Name of the global store; its values are laid out by {@link CatalogChanges}. */
    public static final String STORE = "catalog-changes";

    private final Meters meters;
    private KeyValueStore<String, byte[]> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public ReadCatalogEvents(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, CatalogEvent> record) {
        var entity = record.key();
        var event = record.value();
        if (entity == null || entity.isBlank()) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.BAD_CATALOG_EVENT, "the key of the event is empty");
        }
        if (event != null && !event.getEntity().equals(entity)) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.BAD_CATALOG_EVENT,
                    "an event of the entity " + event.getEntity() + " has the key " + entity);
        }
        if (event == null) {
            store.delete(entity);
        } else {
            store.put(
                    entity,
                    CatalogChanges.with(store.get(entity), event.getChangedAt().toEpochMilli()));
        }
        meters.catalogChange();
    }
}
