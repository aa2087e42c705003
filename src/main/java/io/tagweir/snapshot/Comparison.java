package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.tag.Taxonomy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sums up what the gate finds, partition by partition. Used by one thread. */
final class Comparison {

    private final Traffic traffic;
    private final List<Map<Long, Long>> asked;
    private final Sum candidate;
    private final @Nullable Sum active;
    private long added;
    private long gone;
    private long changed;
    private long undecodable;

    /** One snapshot's share of a partition: its rows, and the figures of their tags. */
    record Found(PartitionRows rows, TagFigures tags) {}

    Comparison(Snapshot candidate, @Nullable Snapshot active, Traffic traffic) {
        this.candidate = new Sum(candidate);
        this.active = active == null ? null : new Sum(active);
        this.traffic = traffic;
        this.asked = traffic.byPartition();
    }

    /** @param beside the active snapshot's share; null where there is none */
    void add(int partition, Found found, @Nullable Found beside, long undecodable) {
        candidate.add(partition, found, asked.get(partition));
        this.undecodable += undecodable;
        if (active != null && beside != null) {
            active.add(partition, beside, asked.get(partition));
            var rows = found.rows().table();
            var before = beside.rows().table();
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
                new GateFigures.Seen(
                        traffic.queries(),
                        asked.stream().mapToLong(Map::size).sum(),
                        traffic.unusable(),
                        traffic.from(),
                        traffic.to(),
                        traffic.rate()),
                undecodable,
                outside,
                candidate.tags.valuesOutside(),
                taxonomy.fingerprint());
    }

    private static final class Sum {

        private final Snapshot snapshot;
        private final List<Tally> sealed;
        private final TagFigures tags = new TagFigures(Taxonomy.ANY);
        private final TreeMap<Integer, String> unlikeManifest = new TreeMap<>();
        private long rows;
        private long misplaced;
        private long hits;
        private long uniqueHits;

        Sum(Snapshot snapshot) {
            this.snapshot = snapshot;
            this.sealed = Manifest.of(snapshot).map(Manifest::partitions).orElse(List.of());
        }

        void add(int partition, Found found, Map<Long, Long> asked) {
            rows += found.rows().tally().rows();
            misplaced += found.rows().misplaced();
            tags.add(found.tags());
            asked.forEach((key, times) -> {
                if (found.rows().table().contains(key)) {
                    hits += times;
                    uniqueHits++;
                }
            });
            var was = partition < sealed.size() ? sealed.get(partition) : Tally.NONE;
            if (!found.rows().tally().equals(was)) {
                unlikeManifest.put(partition, "found " + found.rows().tally() + ", sealed " + was);
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
