package io.tagweir.head;

import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.SnapshotCatalog;
import io.tagweir.snapshot.PartitionDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one task does about snapshots between records: verifies those that are sealed, sweeps those that are retired,
 * and announces what it has of each on {@code head-tallies}.
 *
 * <p>Announced are every change of the verdict at once, a tally that grows about once a second, and all there is when
 * the task starts, so that what an earlier owner said never outlives it. Owned by the stream thread of its task.
 */
final class WatchSnapshots {

    private static final Logger log = LoggerFactory.getLogger(WatchSnapshots.class);

    /** Rows swept or rewritten at a look: a few milliseconds, so that the queries hardly notice. */
    private static final int LOT = 1_000;

    /** Rows rewritten at a look while queries are held: it is what they wait for. */
    private static final int URGENT_LOT = 10_000;

    private static final long ANNOUNCE_MS = 1_000;

    private record Verdict(boolean verified, @Nullable String problem) {}

    private record Announced(PartitionDigest tally, Verdict verdict, Instant at) {}

    private final ProcessorContext<String, HeadTally> context;
    private final Tallies tallies;
    private final HeadTable table;
    private final ColdQueries cold;
    private final SnapshotCatalog snapshots;
    private final int partitions;
    private final InstantSource clock;
    private final Map<String, Announced> announced = new HashMap<>();

    WatchSnapshots(
            ProcessorContext<String, HeadTally> context,
            HeadTask task,
            SnapshotCatalog snapshots,
            int partitions,
            InstantSource clock) {
        this.context = context;
        this.tallies = task.tallies();
        this.table = task.table();
        this.cold = task.cold();
        this.snapshots = snapshots;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** Looks at every snapshot there is: a handful of comparisons where nothing has changed. */
    void look() {
        var ids = new TreeSet<>(tallies.snapshots());
        snapshots.records().forEach(snapshot -> ids.add(snapshot.getId()));
        for (var id : ids) {
            if (snapshots.isRetired(id)) {
                sweep(id);
            } else {
                var verdict = tallies.isVerified(id) ? new Verdict(true, null) : judge(id);
                announce(id, verdict);
            }
        }
    }

    private void sweep(String id) {
        if (tallies.snapshots().contains(id) && tallies.sweep(id, table, LOT)) {
            announced.remove(id);
            context.forward(new Record<>(name(id), null, clock.millis()));
        }
    }

    private Verdict judge(String id) {
        boolean rewritten = tallies.rewrite(id, cold.size() > 0 ? URGENT_LOT : LOT);
        var snapshot = snapshots.find(id).orElse(null);
        var manifest = snapshot == null ? null : Manifest.of(snapshot).orElse(null);
        if (snapshot == null || manifest == null) {
            return new Verdict(false, null);
        }
        var problem = problem(snapshot, manifest);
        if (problem != null) {
            return new Verdict(false, problem);
        }
        if (!rewritten) {
            return new Verdict(false, null);
        }
        var wanted = manifest.partitions().get(partition());
        var found = tallies.of(id);
        if (found.equals(wanted)) {
            tallies.verify(id);
            return new Verdict(true, null);
        }
        if (found.rows() > wanted.rows()) {
            return new Verdict(false, "more rows are stored than were sealed");
        }
        return new Verdict(false, found.rows() == wanted.rows() ? "rows differ from those that were sealed" : null);
    }

    private @Nullable String problem(Snapshot snapshot, Manifest manifest) {
        if (manifest.partitions().size() != partitions) {
            return "it was sealed for " + manifest.partitions().size() + " partitions, head-tags has " + partitions;
        }
        if (!snapshot.getNormaliser().equals(Normaliser.VERSION)) {
            return "its keys were made with the normaliser " + snapshot.getNormaliser() + ", this release has "
                    + Normaliser.VERSION;
        }
        return null;
    }

    private void announce(String id, Verdict verdict) {
        var now = clock.instant();
        var next = new Announced(tallies.of(id), verdict, now);
        var last = announced.get(id);
        boolean changed = last == null || !last.verdict.equals(verdict);
        boolean grown = last != null
                && !last.tally.equals(next.tally)
                && last.at.plusMillis(ANNOUNCE_MS).isBefore(now);
        if (changed && verdict.problem != null) {
            log.warn("snapshot {} is not verified in partition {}: {}", id, partition(), verdict.problem);
        }
        if (changed || grown) {
            announced.put(id, next);
            var tally = new HeadTally(
                    context.applicationId(),
                    id,
                    partition(),
                    next.tally.rows(),
                    next.tally.checksum(),
                    verdict.verified,
                    verdict.problem,
                    now);
            context.forward(new Record<>(name(id), tally, now.toEpochMilli()));
        }
    }

    private String name(String id) {
        return context.applicationId() + '/' + id + '/' + partition();
    }

    private int partition() {
        return context.taskId().partition();
    }
}
