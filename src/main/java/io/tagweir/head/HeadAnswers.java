package io.tagweir.head;

import io.tagweir.avro.Miss;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Priority;
import io.tagweir.ledger.StoredHeaders;
import io.tagweir.meter.Meters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries of one task from a verified snapshot, or forwards them as misses.
 *
 * <p>The whole answer comes from one row. Whether the row is fresh depends on the query's event time
 * ({@link Freshness}). Also requests tags from the teacher and samples hits to measure the student by. Owned by the
 * stream thread of its task.
 */
final class HeadAnswers {

    private final ProcessorContext<byte[], LookupResult> context;
    private final ChildNodes children;
    private final HeadTable table;
    private final Freshness freshness;
    private final HitEncoder encoder;
    private final QualitySample quality;
    private final InstantSource clock;
    private final Meters meters;
    private double sampleDue;

    HeadAnswers(
            ProcessorContext<byte[], LookupResult> context,
            ChildNodes children,
            HeadTable table,
            Freshness freshness,
            HitEncoder encoder,
            QualitySample quality,
            InstantSource clock,
            Meters meters) {
        this.context = context;
        this.children = children;
        this.table = table;
        this.freshness = freshness;
        this.encoder = encoder;
        this.quality = quality;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Answers a query from a snapshot that is verified here.
     *
     * @param origin the offset the query was read from, as a ledger entry; called for misses and samples only
     */
    void answer(Record<byte[], IncomingQuery> record, String snapshot, Supplier<String> origin) {
        var key = record.value().key();
        byte[] row = table.get(snapshot, key);
        var flaw = row == null ? MissReason.GENUINE : freshness.flaw(row, key.segment(), record.timestamp());
        if (row != null && (flaw == null || freshness.serves(flaw, key.segment()))) {
            hit(record, snapshot, row, flaw != null);
            if (flaw == null && isSampleDue()) {
                sample(record, snapshot, row, origin);
            }
        } else {
            miss(record, snapshot, flaw == null ? MissReason.GENUINE : flaw, origin.get());
        }
        if (flaw != null) {
            context.forward(record.withValue(new LookupResult.TeacherRequest(key, flaw, snapshot)), children.request());
        }
    }

    private void hit(Record<byte[], IncomingQuery> record, String snapshot, byte[] row, boolean stale) {
        var now = clock.instant();
        byte[] answer = encoder.encode(record.value(), snapshot, row, stale, record.timestamp(), now.toEpochMilli());
        context.forward(record.withValue(new LookupResult.Hit(answer)), children.hit());
        meters.headAnswer(Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
        if (stale) {
            meters.stale();
        }
    }

    void miss(Record<byte[], IncomingQuery> record, @Nullable String snapshot, MissReason reason, String origin) {
        var miss = miss(record, snapshot, origin).setReason(reason).build();
        context.forward(record.withValue(new LookupResult.Missed(miss)), children.miss());
        meters.miss(reason);
    }

    /** Whether the next hit is offered as a sample. This check is the only cost for most hits. */
    private boolean isSampleDue() {
        sampleDue += quality.share();
        if (sampleDue < 1) {
            return false;
        }
        sampleDue -= 1;
        return true;
    }

    private void sample(Record<byte[], IncomingQuery> record, String snapshot, byte[] row, Supplier<String> origin) {
        if (quality.tryTake(record.value().key(), clock.instant())) {
            var miss = miss(record, snapshot, origin.get())
                    .setPriority(Priority.BACKGROUND)
                    .setDeadlineMs(null)
                    .setTeacherTags(StoredTags.tags(row))
                    .build();
            context.forward(record.withValue(new LookupResult.QualitySampled(miss)), children.miss());
            meters.qualitySampled();
        }
    }

    private static Miss.Builder miss(Record<byte[], IncomingQuery> record, @Nullable String snapshot, String origin) {
        var event = record.value().event();
        return Miss.newBuilder()
                .setQueryId(event.getQueryId())
                .setQuery(event.getQuery())
                .setCanonicalQuery(record.value().key().canonical())
                .setSegment(event.getSegment())
                .setPriority(event.getPriority())
                .setDeadlineMs(event.getDeadlineMs())
                .setSnapshot(snapshot)
                .setEventTime(Instant.ofEpochMilli(record.timestamp()))
                .setRecordKey(StoredHeaders.buffer(record.key()))
                .setOrigin(origin);
    }
}
