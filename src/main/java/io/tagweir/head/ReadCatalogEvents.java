package io.tagweir.head;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.meter.Meters;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Takes the changes of the catalog into a global store, so that every task can tell whether head tags have been
 * overtaken by one.
 *
 * <p>Runs on the global stream thread, which catches up with the topic before any stream thread starts. After a restart
 * it goes on from the checkpoint beside its store, and without one from the topic's beginning, always through this
 * processor: what is refused once is refused every time. A tombstone forgets an entity.
 *
 * <p>A refusal is thrown as {@link RejectedRecordException}. Kafka Streams 4.3.1 can't send dead letters from its
 * global thread, so the record is counted as one and logged, and stays where it is, in its topic.
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
                    RejectedRecordException.Reason.BAD_CATALOG_EVENT, "the event's key names no entity");
        }
        if (event != null && !event.getEntity().equals(entity)) {
            throw new RejectedRecordException(
                    RejectedRecordException.Reason.BAD_CATALOG_EVENT,
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
