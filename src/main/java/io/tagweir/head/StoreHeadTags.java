package io.tagweir.head;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.meter.Meters;
import io.tagweir.meter.RowChange;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.life.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Validates the teacher's rows and stores them in the head table.
 *
 * <p>The table's changelog contains validated rows only, so a restore can't bring back a rejected one. An invalid row
 * is thrown as {@link RejectedRecordException} and becomes a dead letter. A tombstone removes the row. Once this
 * partition has verified a snapshot, its rows can't change. A repeated row is written again: after a crash under
 * {@code at_least_once} the local store may have rows that the changelog never got.
 *
 * <p>A punctuation runs {@link MaintainSnapshots}. Owned by the stream thread of its task.
 */
public final class StoreHeadTags implements Processor<HeadKey, HeadTags, String, HeadTally> {

    /** Short enough to verify a snapshot promptly, long enough not to slow down a stream of hits. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(50);

    private final HeadTasks tasks;
    private final SnapshotCatalog snapshots;
    private final RowRules rules;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<String, HeadTally> context;
    private HeadTask task;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public StoreHeadTags(
            HeadTasks tasks, SnapshotCatalog snapshots, Taxonomy taxonomy, InstantSource clock, Meters meters) {
        this.tasks = tasks;
        this.snapshots = snapshots;
        this.rules = new RowRules(taxonomy, tasks.partitions(), tasks.settings().maxRowBytes());
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, HeadTally> context) {
        this.context = context;
        task = tasks.open(context);
        var maintenance = new MaintainSnapshots(context, task, snapshots, tasks.partitions(), clock);
        context.schedule(WATCH_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> {
            task.rebuild().settle();
            maintenance.run();
        });
    }

    @Override
    public void process(Record<HeadKey, HeadTags> record) {
        task.rebuild().rowRead();
        var row = record.key();
        var key = validKey(row);
        String snapshot = row.getSnapshot();
        if (snapshots.isRetired(snapshot)) {
            meters.headRow(RowChange.RETIRED);
        } else if (record.value() == null) {
            remove(snapshot, key, record.headers().lastHeader(HeadTagsTopic.RETIRED_HEADER) != null);
        } else {
            store(snapshot, key, record.value());
        }
    }

    private void remove(String snapshot, QueryKey key, boolean retired) {
        byte[] before = task.table().stored(snapshot, key);
        if (retired) {
            // MaintainSnapshots removes the rows of a retired snapshot once it has read the control record.
            meters.headRow(before == null ? RowChange.ABSENT : RowChange.RETIRED);
            return;
        }
        if (before == null) {
            task.table().remove(snapshot, key);
            meters.headRow(RowChange.ABSENT);
            return;
        }
        rejectIfVerified(snapshot);
        task.table().remove(snapshot, key);
        task.stored().changed(snapshot, key.text(), before, null);
        meters.headRow(RowChange.REMOVED);
    }

    private void store(String snapshot, QueryKey key, HeadTags row) {
        reject(rules.ofRow(key.canonical(), row));
        byte[] stored = StoredTags.of(row);
        reject(rules.ofSize(stored.length - StoredTags.ROW_AT));
        byte[] before = task.table().stored(snapshot, key);
        if (Arrays.equals(before, stored)) {
            task.table().put(snapshot, key, stored);
            meters.headRow(RowChange.REPEATED);
            return;
        }
        rejectIfVerified(snapshot);
        task.table().put(snapshot, key, stored);
        task.stored().changed(snapshot, key.text(), before, stored);
        meters.headRow(RowChange.STORED);
    }

    private void rejectIfVerified(String snapshot) {
        if (task.stored().isVerified(snapshot)) {
            throw new RejectedRecordException(
                    RejectedRecordException.Rejection.SNAPSHOT_SEALED,
                    "the snapshot " + snapshot + " is complete in this partition ("
                            + task.stored().of(snapshot) + "), so its rows can't change");
        }
    }

    @Override
    public void close() {
        tasks.close(context.taskId());
    }

    private QueryKey validKey(@Nullable HeadKey row) {
        reject(rules.ofKey(row, context.taskId().partition()));
        var key = Objects.requireNonNull(row, "checked by RowRules");
        return new QueryKey(key.getSegment(), key.getQuery());
    }

    private static void reject(Optional<RowRules.Breach> broken) {
        if (broken.isEmpty()) {
            return;
        }
        var breach = broken.get();
        throw new RejectedRecordException(
                switch (breach.rule()) {
                    case KEY -> RejectedRecordException.Rejection.BAD_KEY;
                    case SEGMENT -> RejectedRecordException.Rejection.BAD_SEGMENT;
                    case CANONICAL -> RejectedRecordException.Rejection.NOT_CANONICAL;
                    case PARTITION -> RejectedRecordException.Rejection.WRONG_PARTITION;
                    case TAGS_MISSING -> RejectedRecordException.Rejection.NO_TAGS;
                    case TAGS -> RejectedRecordException.Rejection.BAD_TAGS;
                    case TAXONOMY -> RejectedRecordException.Rejection.OUTSIDE_TAXONOMY;
                    case SIZE -> RejectedRecordException.Rejection.ROW_TOO_LARGE;
                },
                breach.message());
    }
}
