package io.tagweir.head;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.SnapshotCatalog;
import io.tagweir.tag.Taxonomy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
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
 * removes what is stored. Once this partition has verified a snapshot, its rows change no more.
 *
 * <p>Between records it lets {@link WatchSnapshots} verify, sweep and announce. Owned by the stream thread of its task.
 */
public final class StoreHeadTags implements Processor<HeadKey, HeadTags, String, HeadTally> {

    /** Header of a record without a value that clears away a row of a snapshot which has been retired before. */
    public static final String RETIRED_HEADER = "tagweir.retired";

    /** Often enough that a snapshot is verified at once, and seldom enough to cost a stream of hits nothing. */
    private static final Duration WATCH = Duration.ofMillis(50);

    private final HeadTasks tasks;
    private final SnapshotCatalog snapshots;
    private final Taxonomy taxonomy;
    private final InstantSource clock;
    private final Meters meters;
    private ProcessorContext<String, HeadTally> context;
    private HeadTask task;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public StoreHeadTags(
            HeadTasks tasks, SnapshotCatalog snapshots, Taxonomy taxonomy, InstantSource clock, Meters meters) {
        this.tasks = tasks;
        this.snapshots = snapshots;
        this.taxonomy = taxonomy;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, HeadTally> context) {
        this.context = context;
        task = tasks.open(context);
        var watch = new WatchSnapshots(context, task, snapshots, tasks.partitions(), clock);
        context.schedule(WATCH, PunctuationType.WALL_CLOCK_TIME, now -> watch.look());
    }

    @Override
    public void process(Record<HeadKey, HeadTags> record) {
        var row = record.key();
        var key = validKey(row);
        String snapshot = row.getSnapshot();
        if (snapshots.isRetired(snapshot)) {
            meters.headRow("retired");
        } else if (record.value() == null) {
            remove(snapshot, key, record.headers().lastHeader(RETIRED_HEADER) != null);
        } else {
            store(snapshot, key, record.value());
        }
    }

    private void remove(String snapshot, QueryKey key, boolean retired) {
        byte[] before = task.table().stored(snapshot, key);
        if (before == null || retired) {
            // The watch sweeps what is retired, as soon as the control record is here.
            meters.headRow(before == null ? "absent" : "retired");
            return;
        }
        refuseWhereSealed(snapshot);
        task.table().remove(snapshot, key);
        task.tallies().changed(snapshot, key.text(), before, null);
        meters.headRow("removed");
    }

    private void store(String snapshot, QueryKey key, HeadTags row) {
        validateTags(key.canonical(), row);
        byte[] stored = StoredTags.of(row);
        int limit = tasks.settings().maxRowBytes();
        if (stored.length > limit) {
            throw new Rejected(
                    Rejected.Reason.ROW_TOO_LARGE, "the row has " + stored.length + " bytes, the limit is " + limit);
        }
        byte[] before = task.table().stored(snapshot, key);
        if (Arrays.equals(before, stored)) {
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
        if (row == null) {
            throw new Rejected(Rejected.Reason.BAD_KEY, "the record has no key");
        }
        if (row.getSnapshot().isBlank() || row.getSnapshot().indexOf('\t') >= 0) {
            throw new Rejected(Rejected.Reason.BAD_KEY, "the snapshot id is empty or holds a tab");
        }
        if (row.getSegment().indexOf('\t') >= 0) {
            throw new Rejected(Rejected.Reason.BAD_SEGMENT, "the segment holds a tab");
        }
        String query = row.getQuery();
        if (query.isEmpty() || !query.equals(Normaliser.canonical(query))) {
            throw new Rejected(
                    Rejected.Reason.NOT_CANONICAL,
                    "the query is not in canonical form (" + Normaliser.VERSION + "): no query event could find it");
        }
        var key = new QueryKey(row.getSegment(), query);
        int here = context.taskId().partition();
        int home = key.partition(tasks.partitions());
        if (home != here) {
            throw new Rejected(
                    Rejected.Reason.WRONG_PARTITION,
                    "the row lies in partition " + here + " and belongs in " + home
                            + " (murmur2 of the canonical key text modulo " + tasks.partitions() + ")");
        }
        return key;
    }

    private void validateTags(String query, HeadTags row) {
        if (row.getTags().isEmpty()) {
            throw new Rejected(Rejected.Reason.NO_TAGS, "the row has no tags");
        }
        int length = query.codePointCount(0, query.length());
        for (Tag tag : row.getTags()) {
            if (tag.getLabel().isBlank()) {
                throw new Rejected(Rejected.Reason.BAD_TAGS, "a tag has no label");
            }
            if (!taxonomy.allows(tag.getLabel())) {
                throw new Rejected(
                        Rejected.Reason.OUTSIDE_TAXONOMY, "the taxonomy does not have the label " + tag.getLabel());
            }
            if (tag.getStart() < 0 || tag.getEnd() <= tag.getStart() || tag.getEnd() > length) {
                throw new Rejected(
                        Rejected.Reason.BAD_TAGS,
                        "tag " + tag.getLabel() + " runs from " + tag.getStart() + " to " + tag.getEnd()
                                + ", the canonical query has " + length + " code points");
            }
            if (!(tag.getScore() >= 0 && tag.getScore() <= 1)) {
                throw new Rejected(
                        Rejected.Reason.BAD_TAGS, "tag " + tag.getLabel() + " has the score " + tag.getScore());
            }
        }
    }
}
