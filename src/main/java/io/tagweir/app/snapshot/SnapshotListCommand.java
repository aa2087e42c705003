package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.snapshot.life.SnapshotTimeline;
import io.tagweir.snapshot.life.Verification;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot list}: all snapshots, and where they are verified. */
@Command(
        name = "list",
        description = "Lists all snapshots, the partitions that have verified them, and which one answers now.",
        mixinStandardHelpOptions = true)
final class SnapshotListCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var records = SnapshotTopics.control(settings).read();
        var snapshots = records.byId().values();
        var reports = SnapshotTopics.headReports(settings).read();
        var answering = SnapshotTimeline.of(snapshots).at(Clock.systemUTC().instant());
        var out = spec.commandLine().getOut();
        out.printf("%-24s %-12s %10s  %-24s  %s%n", "id", "state", "rows", "created", "active from");
        for (var snapshot : snapshots) {
            line(out, snapshot, answering.equals(Optional.of(snapshot.getId())));
            partitions(out, Verification.of(snapshot, reports));
        }
        out.flush();
        var err = spec.commandLine().getErr();
        records.rejected().forEach(why -> err.println("ignored: " + why));
        reports.undecodable().forEach(record -> err.println("ignored: " + record));
        err.flush();
        return 0;
    }

    private static void line(PrintWriter out, Snapshot snapshot, boolean answers) {
        out.printf(
                "%-24s %-12s %10d  %-24s  %s%s%n",
                snapshot.getId(),
                snapshot.getState(),
                snapshot.getRows(),
                snapshot.getCreatedAt(),
                snapshot.getActivations().stream().map(Instant::toString).collect(Collectors.joining(", ")),
                answers ? "  (answers now)" : "");
        if (snapshot.getReason() != null) {
            out.println((snapshot.getState() == SnapshotState.RETIRED ? "    retired: " : "    quarantined: ")
                    + snapshot.getReason());
        }
        snapshot.getForced().forEach(breach -> out.println("    overridden: " + breach));
        if (snapshot.getRetiredAt() != null) {
            out.println("    retired at " + snapshot.getRetiredAt());
        }
    }

    private static void partitions(PrintWriter out, Verification verification) {
        verification.applications().forEach((id, stored) -> {
            if (stored.partitions().stream()
                    .anyMatch(partition -> partition.stored() != null || partition.problem() != null)) {
                out.println("    " + id + (stored.runs() ? "" : " (not running)") + ": "
                        + stored.partitions().stream()
                                .map(SnapshotListCommand::brief)
                                .collect(Collectors.joining(", ")));
            }
        });
    }

    private static String brief(Verification.PartitionStatus partition) {
        var stored = partition.stored();
        var expected = partition.expected();
        return partition.number() + " "
                + (partition.verified()
                        ? "verified"
                        : stored == null
                                ? "nothing reported"
                                : stored.rows() + (expected == null ? "" : "/" + expected.rows()) + " rows")
                + (partition.problem() == null ? "" : " (" + partition.problem() + ")");
    }
}
