package io.tagweir.head;

import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.meter.Meters;
import io.tagweir.snapshot.SnapshotCatalog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Answers a query from the head table, or says why it can't.
 *
 * <p>The snapshot is chosen by the query's event time alone, the whole answer comes from one row of that snapshot, and
 * whether the row is still good is judged by the event time, too ({@link Freshness}). A query whose record lies in
 * another partition than its key is not looked up here, and says so. Owned by the stream thread of its task.
 */
public final class LookUpHead implements Processor<byte[], IncomingQuery, byte[], Outcome> {

    private final HeadTable.Tables tables;
    private final int partitions;
    private final boolean rerouted;
    private final SnapshotCatalog snapshots;
    private final FreshnessSettings freshnessSettings;
    private final Supplier<HitEncoder> encoders;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], Outcome> context;
    private HeadTable table;
    private HitEncoder encoder;
    private Freshness freshness;

    /**
     * @param partitions how many partitions the head table has
     * @param rerouted whether these queries have taken the hop to their partition already
     * @param encoders asked once, when the task starts: making one may take a schema registry
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public LookUpHead(
            HeadTable.Tables tables,
            int partitions,
            boolean rerouted,
            SnapshotCatalog snapshots,
            FreshnessSettings freshness,
            Supplier<HitEncoder> encoders,
            InstantSource clock,
            Meters meters) {
        this.tables = tables;
        this.partitions = partitions;
        this.rerouted = rerouted;
        this.snapshots = snapshots;
        this.freshnessSettings = freshness;
        this.encoders = encoders;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Outcome> context) {
        this.context = context;
        encoder = encoders.get();
        table = tables.open(context.taskId(), context.getStateStore(HeadTable.STORE));
        freshness =
                new Freshness(freshnessSettings, new CatalogChanges(context.getStateStore(ReadCatalogEvents.STORE)));
    }

    @Override
    public void process(Record<byte[], IncomingQuery> record) {
        var query = record.value();
        if (query.key().partition(partitions) != context.taskId().partition()) {
            context.forward(record.withValue(elsewhere(query)));
            return;
        }
        var eventTime = Instant.ofEpochMilli(record.timestamp());
        var snapshot = snapshots.timeline().at(eventTime).orElse(null);
        if (snapshot == null) {
            missed(record, null, MissReason.COLD);
            return;
        }
        byte[] tags = table.get(snapshot, query.key());
        if (tags == null) {
            missed(record, snapshot, MissReason.GENUINE);
            return;
        }
        String segment = query.key().segment();
        var flaw = freshness.flaw(tags, segment, record.timestamp());
        if (flaw == null || freshness.serves(flaw, segment)) {
            answered(record, snapshot, tags, flaw);
        } else {
            missed(record, snapshot, flaw);
        }
    }

    private void answered(
            Record<byte[], IncomingQuery> record, String snapshot, byte[] tags, @Nullable MissReason flaw) {
        var now = clock.instant();
        byte[] answer =
                encoder.encode(record.value(), snapshot, tags, flaw != null, record.timestamp(), now.toEpochMilli());
        context.forward(record.withValue(new Outcome.Hit(answer)));
        meters.headAnswer(Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
        if (flaw != null) {
            meters.stale();
            context.forward(record.withValue(new Outcome.Wanted(record.value().key(), flaw, snapshot)));
        }
    }

    private void missed(Record<byte[], IncomingQuery> record, @Nullable String snapshot, MissReason reason) {
        context.forward(record.withValue(new Outcome.Missed(miss(record, snapshot, reason))));
        meters.miss(reason.name());
        if (snapshot != null && reason != MissReason.COLD) {
            context.forward(record.withValue(new Outcome.Wanted(record.value().key(), reason, snapshot)));
        }
    }

    private Outcome elsewhere(IncomingQuery query) {
        if (rerouted) {
            throw new IllegalStateException(
                    "the repartition topic brought a query to a partition that is not its key's; has the number of"
                            + " partitions changed?");
        }
        meters.rerouted();
        return new Outcome.Elsewhere(query);
    }

    @Override
    public void close() {
        tables.close(context.taskId());
    }

    private static Miss miss(Record<byte[], IncomingQuery> record, @Nullable String snapshot, MissReason reason) {
        var event = record.value().event();
        return Miss.newBuilder()
                .setQueryId(event.getQueryId())
                .setQuery(event.getQuery())
                .setCanonicalQuery(record.value().key().canonical())
                .setSegment(event.getSegment())
                .setPriority(event.getPriority())
                .setDeadlineMs(event.getDeadlineMs())
                .setReason(reason)
                .setSnapshot(snapshot)
                .setEventTime(Instant.ofEpochMilli(record.timestamp()))
                .setRecordKey(record.key() == null ? null : ByteBuffer.wrap(record.key()))
                .build();
    }
}
