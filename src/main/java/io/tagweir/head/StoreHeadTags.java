package io.tagweir.head;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes the teacher's rows into the head table, and only those a query can safely be answered from.
 *
 * <p>What is stored has been validated, and the table's changelog holds nothing else; so a restore can't bring back a
 * row that was refused. A refusal is thrown as {@link Rejected} and becomes a dead letter. A row without a value
 * removes what is stored. Owned by the stream thread of its task.
 */
public final class StoreHeadTags implements Processor<HeadKey, HeadTags, Void, Void> {

    private final HeadTable.Tables tables;
    private final int partitions;
    private final int maxRowBytes;
    private final Meters meters;
    private ProcessorContext<Void, Void> context;
    private HeadTable table;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public StoreHeadTags(HeadTable.Tables tables, int partitions, int maxRowBytes, Meters meters) {
        this.tables = tables;
        this.partitions = partitions;
        this.maxRowBytes = maxRowBytes;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        table = tables.open(context.taskId(), context.getStateStore(HeadTable.STORE));
    }

    @Override
    public void process(Record<HeadKey, HeadTags> record) {
        var row = record.key();
        var key = validKey(row);
        if (record.value() == null) {
            table.remove(row.getSnapshot(), key);
            meters.headRow("removed");
            return;
        }
        validateTags(row.getQuery(), record.value());
        byte[] stored = StoredTags.of(record.value());
        if (stored.length > maxRowBytes) {
            throw new Rejected(
                    Rejected.Reason.ROW_TOO_LARGE,
                    "the row has " + stored.length + " bytes, the limit is " + maxRowBytes);
        }
        table.put(row.getSnapshot(), key, stored);
        meters.headRow("stored");
    }

    @Override
    public void close() {
        tables.close(context.taskId());
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
        int home = key.partition(partitions);
        if (home != here) {
            throw new Rejected(
                    Rejected.Reason.WRONG_PARTITION,
                    "the row lies in partition " + here + " and belongs in " + home
                            + " (murmur2 of the canonical key text modulo " + partitions + ")");
        }
        return key;
    }

    private static void validateTags(String query, HeadTags row) {
        if (row.getTags().isEmpty()) {
            throw new Rejected(Rejected.Reason.NO_TAGS, "the row has no tags");
        }
        int length = query.codePointCount(0, query.length());
        for (Tag tag : row.getTags()) {
            if (tag.getLabel().isBlank()) {
                throw new Rejected(Rejected.Reason.BAD_TAGS, "a tag has no label");
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
