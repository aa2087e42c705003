package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.RollbackOptions;
import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.life.SnapshotTransitions;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot rollback}: back from the snapshot that answers now, at once. */
@Command(
        name = "rollback",
        description = "Quarantines the snapshot that answers now, for ever. The last good one answers from now on."
                + " Planned activations of other snapshots stay.",
        mixinStandardHelpOptions = true)
final class SnapshotRollbackCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private RollbackOptions options = new RollbackOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var err = spec.commandLine().getErr();
        var now = Clock.systemUTC().instant();
        var written = options.change(
                SnapshotTopics.control(settings, err::println),
                err,
                records -> SnapshotTransitions.rollback(
                        records, options.reason(), now, settings.app().activationLead()));
        report(spec.commandLine().getOut(), written);
        return 0;
    }

    /** @param written the quarantined snapshot, then those that change with it */
    static void report(PrintWriter out, List<Snapshot> written) {
        var bad = written.get(0);
        out.println(bad.getId() + " " + bad.getState() + ": " + bad.getReason());
        written.stream().skip(1).forEach(good -> {
            var from = good.getActivations().get(good.getActivations().size() - 1);
            out.println(good.getId() + " " + good.getState() + " for queries from " + from);
        });
        out.flush();
    }
}
