package io.tagweir.snapshot.gate;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.PartitionRows;
import io.tagweir.snapshot.SnapshotSettings;
import io.tagweir.snapshot.gate.SnapshotComparison.PartitionShare;
import io.tagweir.tag.Taxonomy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The gate before an activation: compares a snapshot with the active one and the latest queries, and checks the limits.
 * Changes nothing. Used by one thread at a time.
 *
 * <p>It reads {@code head-tags} one partition at a time, and keeps 25 to 50 bytes for each row of that partition and
 * each of the two snapshots. A partition in which a key has more than one row is read twice, so that only the last row
 * of each key counts.
 */
public final class Gate {

    private final HeadTagsTopic rows;
    private final QueriesTopic queries;
    private final SnapshotSettings settings;

    public Gate(HeadTagsTopic rows, QueriesTopic queries, SnapshotSettings settings) {
        this.rows = rows;
        this.queries = queries;
        this.settings = settings;
    }

    /** @param active the snapshot that answers now; ignored if it is the candidate itself */
    public GateReport judge(Snapshot candidate, Optional<Snapshot> active) {
        var other = active.filter(one -> !one.getId().equals(candidate.getId())).orElse(null);
        int partitions = rows.partitions();
        var comparison = new SnapshotComparison(
                candidate, other, queries.newest(settings.gate().traffic(), partitions));
        for (int partition = 0; partition < partitions; partition++) {
            compare(partition, partitions, candidate, other, comparison);
        }
        var figures = comparison.figures(settings.taxonomy());
        return new GateReport(
                figures,
                GateLimits.breaches(figures, settings.gate(), settings.taxonomy()),
                GateLimits.unjudged(figures, settings.gate()));
    }

    private void compare(
            int partition,
            int partitions,
            Snapshot candidate,
            @Nullable Snapshot active,
            SnapshotComparison comparison) {
        var one = new PartitionRows(candidate.getId(), partition, partitions);
        var other = active == null ? null : new PartitionRows(active.getId(), partition, partitions);
        var first = new FirstPass(one, other, settings.taxonomy());
        rows.read(partition, first);
        var last = first;
        if (one.replaced() || (other != null && other.replaced())) {
            last = new SecondPass(one, other, settings.taxonomy());
            rows.read(partition, last);
        }
        comparison.add(
                partition,
                new PartitionShare(one, last.oneTags),
                other == null ? null : new PartitionShare(other, last.otherTags),
                first.undecodable);
    }

    /** Collects the rows of both snapshots, and the figures of every row. */
    private static class FirstPass implements HeadTagsTopic.Reader {

        final PartitionRows one;
        final @Nullable PartitionRows other;
        final TagFigures oneTags;
        final TagFigures otherTags;
        long undecodable;

        FirstPass(PartitionRows one, @Nullable PartitionRows other, Taxonomy taxonomy) {
            this.one = one;
            this.other = other;
            oneTags = new TagFigures(taxonomy);
            otherTags = new TagFigures(taxonomy);
        }

        @Override
        public void row(HeadKey key, @Nullable HeadTags row) {
            if (counts(one, key, row) && row != null) {
                oneTags.add(row);
            }
            if (other != null && counts(other, key, row) && row != null) {
                otherTags.add(row);
            }
        }

        boolean counts(PartitionRows rows, HeadKey key, @Nullable HeadTags row) {
            return rows.take(key, row);
        }

        @Override
        public void undecodable(long offset, String why) {
            undecodable++;
        }
    }

    /** Collects the figures of the last row of each key only. */
    private static final class SecondPass extends FirstPass {

        SecondPass(PartitionRows one, @Nullable PartitionRows other, Taxonomy taxonomy) {
            super(one, other, taxonomy);
        }

        @Override
        boolean counts(PartitionRows rows, HeadKey key, @Nullable HeadTags row) {
            return rows.claim(key, row);
        }
    }
}
