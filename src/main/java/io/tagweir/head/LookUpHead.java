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
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Answers a query from the head table, or says why it can't.
 *
 * <p>The snapshot is chosen by the query's event time alone, and the whole answer comes from one row of that snapshot.
 * Owned by the stream thread of its task.
 */
public final class LookUpHead implements Processor<byte[], IncomingQuery, byte[], LookUpHead.Outcome> {

    /**
     * What the lookup found: an answer, or a miss; never both.
     *
     * @param answer a {@code TaggedQuery} in wire format
     */
    public record Outcome(
            byte @Nullable [] answer, @Nullable Miss miss) {

        /** Hands out the answer, which is encoded already. Nothing ever reads an outcome back. */
        public static Serde<Outcome> answers() {
            return Serdes.serdeFrom((topic, outcome) -> outcome.answer(), (topic, bytes) -> {
                throw new UnsupportedOperationException("an outcome is never read");
            });
        }
    }

    private final HeadTable.Tables tables;
    private final SnapshotCatalog snapshots;
    private final Supplier<HitEncoder> encoders;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<byte[], Outcome> context;
    private HeadTable table;
    private HitEncoder encoder;

    /** @param encoders asked once, when the task starts: making one may take a schema registry */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public LookUpHead(
            HeadTable.Tables tables,
            SnapshotCatalog snapshots,
            Supplier<HitEncoder> encoders,
            InstantSource clock,
            Meters meters) {
        this.tables = tables;
        this.snapshots = snapshots;
        this.encoders = encoders;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Outcome> context) {
        this.context = context;
        encoder = encoders.get();
        table = tables.open(context.taskId(), context.getStateStore(HeadTable.STORE));
    }

    @Override
    public void process(Record<byte[], IncomingQuery> record) {
        var query = record.value();
        var eventTime = Instant.ofEpochMilli(record.timestamp());
        var snapshot = snapshots.timeline().at(eventTime).orElse(null);
        byte[] tags = snapshot == null ? null : table.get(snapshot, query.key());
        if (snapshot != null && tags != null) {
            var now = clock.instant();
            byte[] answer = encoder.encode(query, snapshot, tags, record.timestamp(), now.toEpochMilli());
            context.forward(record.withValue(new Outcome(answer, null)));
            meters.headAnswer(Duration.between(eventTime, now));
        } else {
            var reason = snapshot == null ? MissReason.COLD : MissReason.GENUINE;
            context.forward(record.withValue(new Outcome(null, miss(record, snapshot, reason))));
            meters.miss(reason.name());
        }
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
