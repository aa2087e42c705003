package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.reason.Reason;
import io.tagweir.snapshot.Gate;
import io.tagweir.snapshot.GateReport;
import io.tagweir.snapshot.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot check}: what the gate says of a snapshot, without activating it. */
@Command(
        name = "check",
        description = "Holds a sealed snapshot against the active one and the latest queries, and forecasts what it"
                + " would leave to the student. Exit code 0 only if no limit is broken.",
        mixinStandardHelpOptions = true)
final class SnapshotCheckCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var all = SnapshotTopics.control(settings).read().records();
        var judged = judge(settings, all, id, Clock.systemUTC().instant());
        var view = new GateReportView(judged);
        view.print(spec.commandLine().getOut());
        if (report != null) {
            write(view, report);
        }
        if (!judged.breaches().isEmpty()) {
            throw new Refusal(ForcedCommand.after(judged.breaches(), spec, "snapshot activate", id));
        }
        return 0;
    }

    /**
     * Judges a snapshot beside the one that answers queries of {@code now}.
     *
     * @param all the control records, by id
     * @throws Refusal where there is no such snapshot, or it can't become active whatever it holds
     */
    static GateReport judge(Settings settings, Map<String, Snapshot> all, String id, Instant now) {
        var candidate = SnapshotTopics.sealed(all, id);
        var active = Timeline.of(all.values()).at(now).map(all::get);
        return new Gate(SnapshotTopics.headTags(settings), SnapshotTopics.queries(settings), settings.snapshots())
                .judge(candidate, active);
    }

    private static void write(GateReportView view, Path file) {
        try {
            Files.writeString(file, view.json().toPrettyString() + "\n");
        } catch (IOException e) {
            throw new Refusal("the report cannot be written to " + file + ": " + Reason.of(e));
        }
    }
}
