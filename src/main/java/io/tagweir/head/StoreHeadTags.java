package io.tagweir.head;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.meter.Meters;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.SnapshotCatalog;
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
 * Takes the teacher's rows into the head table, and only those a query can safely be answered from.
 *
 * <p>What is stored has been validated, and the table's changelog holds nothing else; so a restore can't bring back a
 * row that was refused. A refusal is thrown as {@link Rejected} and becomes a dead letter. A row without a value
 * removes what is stored. Once this partition has verified a snapshot, its rows change no more. What comes again is
 * written again: after a crash under {@code at_least_once} this disk may hold what the changelog never got.
 *
 * <p>Between records it lets {@link WatchSnapshots} verify, sweep and announce. Owned by the stream thread of its task.
 */
public final class StoreHeadTags implements Processor<HeadKey, HeadTags, String, HeadTally> {

    /** Often enough that a snapshot is verified at once, and seldom enough to cost a stream of hits nothing. */
    private static final Duration WATCH = Duration.ofMillis(50);

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
        var watch = new WatchSnapshots(context, task, snapshots, tasks.partitions(), clock);
        context.schedule(WATCH, PunctuationType.WALL_CLOCK_TIME, now -> {
            task.rebuild().settle();
            watch.look();
        });
    }

    @Override
    public void process(Record<HeadKey, HeadTags> record) {
        task.rebuild().rowRead();
        var row = record.key();
        var key = validKey(row);
        String snapshot = row.getSnapshot();
        if (snapshots.isRetired(snapshot)) {
            meters.headRow("retired");
        } else if (record.value() == null) {
            remove(snapshot, key, record.headers().lastHeader(HeadTagsTopic.RETIRED_HEADER) != null);
        } else {
            store(snapshot, key, record.value());
        }
    }

    private void remove(String snapshot, QueryKey key, boolean retired) {
        byte[] before = task.table().stored(snapshot, key);
        if (retired) {
            // The watch sweeps what is retired, as soon as the control record is here.
            meters.headRow(before == null ? "absent" : "retired");
            return;
        }
        if (before == null) {
            task.table().remove(snapshot, key);
            meters.headRow("absent");
            return;
        }
        refuseWhereSealed(snapshot);
        task.table().remove(snapshot, key);
        task.tallies().changed(snapshot, key.text(), before, null);
        meters.headRow("removed");
    }

    private void store(String snapshot, QueryKey key, HeadTags row) {
        refuse(rules.ofRow(key.canonical(), row));
        byte[] stored = StoredTags.of(row);
        refuse(rules.ofSize(stored.length - StoredTags.ROW_AT));
        byte[] before = task.table().stored(snapshot, key);
        if (Arrays.equals(before, stored)) {
            task.table().put(snapshot, key, stored);
            meters.headRow("repeated");
            return;
        }
        refuseWhereSealed(snapshot);
        task.table().put(snapshot, key, stored);
        task.tallies().changed(snapshot, key.text(), before, stored);
        meters.headRow("stored");
    }

    private void refuseWhereSealed(String snapshot) {
        if (task.tallies().isVerified(snapshot)) {
            throw new Rejected(
                    Rejected.Reason.SNAPSHOT_SEALED,
                    "the snapshot " + snapshot + " is whole here, "
                            + task.tallies().of(snapshot) + ", and its rows change no more");
        }
    }

    @Override
    public void close() {
        tasks.close(context.taskId());
    }

    private QueryKey validKey(@Nullable HeadKey row) {
        refuse(rules.ofKey(row, context.taskId().partition()));
        var key = Objects.requireNonNull(row, "a record without a key breaks a rule");
        return new QueryKey(key.getSegment(), key.getQuery());
    }

    private static void refuse(Optional<RowRules.Breach> broken) {
        if (broken.isEmpty()) {
            return;
        }
        var breach = broken.get();
        throw new Rejected(
                switch (breach.rule()) {
                    case KEY -> Rejected.Reason.BAD_KEY;
                    case SEGMENT -> Rejected.Reason.BAD_SEGMENT;
                    case CANONICAL -> Rejected.Reason.NOT_CANONICAL;
                    case PARTITION -> Rejected.Reason.WRONG_PARTITION;
                    case TAGS_MISSING -> Rejected.Reason.NO_TAGS;
                    case TAGS -> Rejected.Reason.BAD_TAGS;
                    case TAXONOMY -> Rejected.Reason.OUTSIDE_TAXONOMY;
                    case SIZE -> Rejected.Reason.ROW_TOO_LARGE;
                },
                breach.message());
    }
}
