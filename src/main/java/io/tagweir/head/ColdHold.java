package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.avro.MissReason;
import io.tagweir.ledger.StoredHeaders;
import io.tagweir.meter.ColdRelease;
import io.tagweir.meter.Meters;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.life.SnapshotCatalog;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Holds the queries of a cold partition: one that has not verified the snapshot they ask for. A query is released when
 * its snapshot is verified, or when its time is over and the rate limit lets it go to the student.
 *
 * <p>Owned by the stream thread of its task.
 */
final class ColdHold {

    /** Most queries released at once, so that the stream thread can do other work in between. */
    private static final int RELEASE_LIMIT = 1_000;

    private final HeadTask task;
    private final HeadTasks tasks;
    private final SnapshotCatalog snapshots;
    private final HeadAnswers answers;
    private final InstantSource clock;
    private final Meters meters;
    private long catalogSeen = -1;
    private int verifiedSeen = -1;

    ColdHold(
            HeadTask task,
            HeadTasks tasks,
            SnapshotCatalog snapshots,
            HeadAnswers answers,
            InstantSource clock,
            Meters meters) {
        this.task = task;
        this.tasks = tasks;
        this.snapshots = snapshots;
        this.answers = answers;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Holds a query, or sends it to the student at once if there is nothing to wait for and the rate limit allows it.
     *
     * @param entry key of its ledger entry
     * @param snapshot the snapshot it asks for; null: none is active
     */
    void take(Record<byte[], IncomingQuery> record, String entry, Instant eventTime, @Nullable String snapshot) {
        var now = clock.instant();
        var until = snapshot == null ? eventTime : until(record.value(), eventTime, now);
        if (task.cold().size() == 0
                && !until.isAfter(now)
                && tasks.coldLimiter().tryAcquire(now)) {
            answers.miss(record, snapshot, MissReason.COLD, entry);
            return;
        }
        task.cold()
                .hold(
                        entry,
                        Held.newBuilder()
                                .setEvent(record.value().event())
                                .setCanonicalQuery(record.value().key().canonical())
                                .setEventTime(eventTime)
                                .setUntil(until)
                                .setRecordKey(StoredHeaders.buffer(record.key()))
                                .setHeaders(StoredHeaders.of(record.headers()))
                                .build());
    }

    private Instant until(IncomingQuery query, Instant eventTime, Instant now) {
        Integer deadline = query.event().getDeadlineMs();
        var cold = tasks.settings().cold();
        return deadline == null
                ? now.plus(cold.hold())
                : eventTime.plusMillis((long) (deadline * ColdSettings.HOLD_SHARE));
    }

    /** Releases the queries that need not wait any longer. */
    void release() {
        var cold = task.cold();
        cold.settle();
        if (catalogSeen != snapshots.version() || verifiedSeen != task.stored().verified()) {
            catalogSeen = snapshots.version();
            verifiedSeen = task.stored().verified();
            cold.recheckAll();
        }
        var now = clock.instant();
        for (int i = 0; i < RELEASE_LIMIT; i++) {
            var released = cold.next(now, held -> verifiedSnapshot(held) != null);
            if (released == null) {
                break;
            }
            release(released);
        }
    }

    private void release(ColdQueries.Released released) {
        var held = released.held();
        var key = new QueryKey(held.getEvent().getSegment(), held.getCanonicalQuery());
        var record = new Record<>(
                StoredHeaders.bytes(held.getRecordKey()),
                new IncomingQuery(held.getEvent(), key),
                held.getEventTime().toEpochMilli());
        StoredHeaders.into(held.getHeaders(), record.headers());
        String verified = verifiedSnapshot(held);
        if (verified != null) {
            answers.answer(record, verified, released::entry);
        } else {
            String snapshot = snapshots.timeline().at(held.getEventTime()).orElse(null);
            answers.miss(record, snapshot, MissReason.COLD, released.entry());
        }
        meters.coldReleased(released.primed() ? ColdRelease.PRIMED : ColdRelease.EXPIRED);
    }

    /** The snapshot a held query asks for, if it is verified here. */
    private @Nullable String verifiedSnapshot(Held held) {
        return snapshots
                .timeline()
                .at(held.getEventTime())
                .filter(task.stored()::isVerified)
                .orElse(null);
    }
}
