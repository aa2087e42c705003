package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.OverrideHint;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.Snapshot;
import io.tagweir.control.ControlRecords;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.gate.Gate;
import io.tagweir.snapshot.gate.GateReport;
import io.tagweir.snapshot.life.SnapshotTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot check}: runs the gate on a snapshot, without activating it. */
@Command(
        name = "check",
        description = "Compares a sealed snapshot with the active one and the latest queries, and forecasts the load of"
                + " the student. Exit code 0 only if all limits are kept.",
        mixinStandardHelpOptions = true)
final class SnapshotCheckCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var records = SnapshotTopics.control(settings).read();
        var report = judge(settings, records, id, Clock.systemUTC().instant());
        var view = new GateReportView(report);
        view.print(spec.commandLine().getOut());
        if (file != null) {
            write(view, file);
        }
        if (!report.breaches().isEmpty()) {
            throw new RefusedException(OverrideHint.after(report.breaches(), spec, "snapshot activate", id));
        }
        return 0;
    }

    /**
     * Runs the gate on a snapshot and the one that answers queries of {@code now}.
     *
     * @throws RefusedException if the snapshot is not sealed
     */
    static GateReport judge(Settings settings, ControlRecords<Snapshot> records, String id, Instant now) {
        var candidate = SnapshotTopics.requireSealed(records.require(id));
        var active = SnapshotTimeline.of(records.byId().values()).at(now).map(records::require);
        return new Gate(SnapshotTopics.headTags(settings), SnapshotTopics.queries(settings), settings.snapshots())
                .judge(candidate, active);
    }

    private static void write(GateReportView view, Path file) {
        try {
            Files.writeString(file, view.json().toPrettyString() + "\n");
        } catch (IOException e) {
            throw new RefusedException("the report cannot be written to " + file + ": " + Reason.of(e));
        }
    }
}
