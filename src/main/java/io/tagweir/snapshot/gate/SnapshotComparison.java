package io.tagweir.snapshot.gate;

import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.PartitionRows;
import io.tagweir.tag.Taxonomy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares two snapshots, partition by partition. Used by one thread. */
final class SnapshotComparison {

    private final RecentQueries recent;
    private final List<Map<Long, Long>> asked;
    private final SnapshotSum candidate;
    private final @Nullable SnapshotSum active;
    private long added;
    private long gone;
    private long changed;
    private long undecodable;

    /** One snapshot's share of a partition: its rows and the figures of their tags. */
    record PartitionShare(PartitionRows rows, TagFigures tags) {}

    SnapshotComparison(Snapshot candidate, @Nullable Snapshot active, RecentQueries recent) {
        this.candidate = new SnapshotSum(candidate);
        this.active = active == null ? null : new SnapshotSum(active);
        this.recent = recent;
        this.asked = recent.byPartition();
    }

    /** @param other the active snapshot's share; null if there is none */
    void add(int partition, PartitionShare found, @Nullable PartitionShare other, long undecodable) {
        candidate.add(partition, found, asked.get(partition));
        this.undecodable += undecodable;
        if (active != null && other != null) {
            active.add(partition, other, asked.get(partition));
            var rows = found.rows().table();
            var before = other.rows().table();
            added += rows.missingIn(before);
            gone += before.missingIn(rows);
            changed += before.changedIn(rows);
        }
    }

    GateFigures figures(Taxonomy taxonomy) {
        var outside = new TreeSet<>(candidate.tags.labels().keySet());
        outside.removeIf(taxonomy::allows);
        return new GateFigures(
                candidate.side(),
                active == null ? null : active.side(),
                new GateFigures.Churn(added, gone, changed),
                new GateFigures.QueryTraffic(
                        recent.queries(),
                        asked.stream().mapToLong(Map::size).sum(),
                        recent.unusable(),
                        recent.from(),
                        recent.to(),
                        recent.rate()),
                undecodable,
                outside,
                candidate.tags.valuesOutside(),
                taxonomy.fingerprint());
    }

    private static final class SnapshotSum {

        private final Snapshot snapshot;
        private final List<PartitionDigest> sealed;
        private final TagFigures tags = new TagFigures(Taxonomy.ANY);
        private final TreeMap<Integer, String> unlikeManifest = new TreeMap<>();
        private long rows;
        private long misplaced;
        private long hits;
        private long uniqueHits;

        SnapshotSum(Snapshot snapshot) {
            this.snapshot = snapshot;
            this.sealed = Manifest.of(snapshot).map(Manifest::partitions).orElse(List.of());
        }

        void add(int partition, PartitionShare found, Map<Long, Long> asked) {
            rows += found.rows().digest().rows();
            misplaced += found.rows().misplaced();
            tags.add(found.tags());
            asked.forEach((key, times) -> {
                if (found.rows().table().contains(key)) {
                    hits += times;
                    uniqueHits++;
                }
            });
            var was = partition < sealed.size() ? sealed.get(partition) : PartitionDigest.EMPTY;
            if (!found.rows().digest().equals(was)) {
                unlikeManifest.put(partition, "found " + found.rows().digest() + ", sealed " + was);
            }
        }

        GateFigures.Side side() {
            return new GateFigures.Side(
                    snapshot.getId(),
                    rows,
                    misplaced,
                    unlikeManifest,
                    tags.scores(),
                    tags.labels(),
                    hits,
                    uniqueHits,
                    snapshot.getNormaliser(),
                    snapshot.getTaxonomy());
        }
    }
}
