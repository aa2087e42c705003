package io.tagweir.head;

import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.life.SnapshotCatalog;
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
 * What one task does for snapshots between records: it verifies sealed ones, removes the rows of retired ones, and
 * reports on {@code head-tallies} what it has stored.
 *
 * <p>A changed result is reported at once, a growing digest about once a second, and everything when the task starts,
 * so that no report of an earlier owner stays in force. Owned by the stream thread of its task.
 */
final class MaintainSnapshots {

    private static final Logger log = LoggerFactory.getLogger(MaintainSnapshots.class);

    /** Rows removed or rewritten in one run. Takes a few milliseconds, so queries hardly wait. */
    private static final int BATCH_ROWS = 1_000;

    /** Rows rewritten in one run while queries are held, because they wait for it. */
    private static final int URGENT_BATCH_ROWS = 10_000;

    private static final long REPORT_INTERVAL_MS = 1_000;

    private record VerificationResult(
            boolean verified, @Nullable String problem) {}

    private record SentReport(PartitionDigest digest, VerificationResult result, Instant at) {}

    private final ProcessorContext<String, HeadTally> context;
    private final StoredSnapshots stored;
    private final HeadTable table;
    private final ColdQueries cold;
    private final SnapshotCatalog snapshots;
    private final int partitions;
    private final InstantSource clock;
    private final Map<String, SentReport> sent = new HashMap<>();

    MaintainSnapshots(
            ProcessorContext<String, HeadTally> context,
            HeadTask task,
            SnapshotCatalog snapshots,
            int partitions,
            InstantSource clock) {
        this.context = context;
        this.stored = task.stored();
        this.table = task.table();
        this.cold = task.cold();
        this.snapshots = snapshots;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** Goes through all snapshots. Takes a few comparisons if nothing has changed. */
    void run() {
        var ids = new TreeSet<>(stored.snapshots());
        snapshots.records().forEach(snapshot -> ids.add(snapshot.getId()));
        for (var id : ids) {
            if (snapshots.isRetired(id)) {
                removeRows(id);
            } else {
                var result = stored.isVerified(id) ? new VerificationResult(true, null) : judge(id);
                report(id, result);
            }
        }
    }

    private void removeRows(String id) {
        if (stored.snapshots().contains(id) && stored.removeRows(id, table, BATCH_ROWS)) {
            sent.remove(id);
            context.forward(new Record<>(name(id), null, clock.millis()));
        }
    }

    private VerificationResult judge(String id) {
        boolean rewritten = stored.rewrite(id, cold.size() > 0 ? URGENT_BATCH_ROWS : BATCH_ROWS);
        var snapshot = snapshots.find(id).orElse(null);
        var manifest = snapshot == null ? null : Manifest.of(snapshot).orElse(null);
        if (snapshot == null || manifest == null) {
            return new VerificationResult(false, null);
        }
        var problem = problem(snapshot, manifest);
        if (problem != null) {
            return new VerificationResult(false, problem);
        }
        if (!rewritten) {
            return new VerificationResult(false, null);
        }
        var expected = manifest.partitions().get(partition());
        var found = stored.of(id);
        if (found.equals(expected)) {
            stored.verify(id);
            return new VerificationResult(true, null);
        }
        if (found.rows() > expected.rows()) {
            return new VerificationResult(false, "more rows are stored than were sealed");
        }
        return new VerificationResult(
                false, found.rows() == expected.rows() ? "rows differ from those that were sealed" : null);
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

    private void report(String id, VerificationResult result) {
        var now = clock.instant();
        var next = new SentReport(stored.of(id), result, now);
        var last = sent.get(id);
        boolean changed = last == null || !last.result.equals(result);
        boolean grown = last != null
                && !last.digest.equals(next.digest)
                && last.at.plusMillis(REPORT_INTERVAL_MS).isBefore(now);
        if (changed && result.problem != null) {
            log.warn("snapshot {} is not verified in partition {}: {}", id, partition(), result.problem);
        }
        if (changed || grown) {
            sent.put(id, next);
            var report = new HeadTally(
                    context.applicationId(),
                    id,
                    partition(),
                    next.digest.rows(),
                    next.digest.checksum(),
                    result.verified,
                    result.problem,
                    now);
            context.forward(new Record<>(name(id), report, now.toEpochMilli()));
        }
    }

    private String name(String id) {
        return context.applicationId() + '/' + id + '/' + partition();
    }

    private int partition() {
        return context.taskId().partition();
    }
}
