package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.Comparison.Found;
import io.tagweir.tag.Taxonomy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The gate before an activation: reads what a snapshot holds and what the latest queries were, and says what speaks
 * against it. Changes nothing. Used by one thread at a time.
 *
 * <p>It reads {@code head-tags} one partition at a time up to the end it has when its turn comes, and keeps 25 to 50
 * bytes a row of that partition and of each of the two snapshots. A partition in which a key was written with more than
 * one row is read twice, so that only the last row of each counts.
 */
public final class Gate {

    private final HeadTagsTopic rows;
    private final RecentQueries queries;
    private final SnapshotSettings settings;

    public Gate(HeadTagsTopic rows, RecentQueries queries, SnapshotSettings settings) {
        this.rows = rows;
        this.queries = queries;
        this.settings = settings;
    }

    /** @param active what answers queries now; left aside where it is the candidate itself */
    public GateReport judge(Snapshot candidate, Optional<Snapshot> active) {
        var beside =
                active.filter(one -> !one.getId().equals(candidate.getId())).orElse(null);
        int partitions = rows.partitions();
        var comparison =
                new Comparison(candidate, beside, queries.newest(settings.gate().traffic(), partitions));
        for (int partition = 0; partition < partitions; partition++) {
            compare(partition, partitions, candidate, beside, comparison);
        }
        var figures = comparison.figures(settings.taxonomy());
        return new GateReport(
                figures,
                GateLimits.breaches(figures, settings.gate(), settings.taxonomy()),
                GateLimits.unjudged(figures, settings.gate()));
    }

    private void compare(
            int partition, int partitions, Snapshot candidate, @Nullable Snapshot active, Comparison comparison) {
        var one = new PartitionRows(candidate.getId(), partition, partitions);
        var other = active == null ? null : new PartitionRows(active.getId(), partition, partitions);
        var first = new Reading(one, other, settings.taxonomy());
        rows.read(partition, first);
        var last = first;
        if (one.replaced() || (other != null && other.replaced())) {
            last = new Again(one, other, settings.taxonomy());
            rows.read(partition, last);
        }
        comparison.add(
                partition,
                new Found(one, last.oneTags),
                other == null ? null : new Found(other, last.otherTags),
                first.undecodable);
    }

    /** Takes the rows of both snapshots, and the figures of every row that comes. */
    private static class Reading implements HeadTagsTopic.Reader {

        final PartitionRows one;
        final @Nullable PartitionRows other;
        final TagFigures oneTags;
        final TagFigures otherTags;
        long undecodable;

        Reading(PartitionRows one, @Nullable PartitionRows other, Taxonomy taxonomy) {
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

    /** Takes the figures of those rows alone that stand in the end. */
    private static final class Again extends Reading {

        Again(PartitionRows one, @Nullable PartitionRows other, Taxonomy taxonomy) {
            super(one, other, taxonomy);
        }

        @Override
        boolean counts(PartitionRows rows, HeadKey key, @Nullable HeadTags row) {
            return rows.claim(key, row);
        }
    }
}
