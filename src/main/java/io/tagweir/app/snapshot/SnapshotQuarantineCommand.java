package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.snapshot.life.SnapshotTransitions;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot quarantine}: a snapshot never answers again. */
@Command(
        name = "quarantine",
        description = "Prevents a snapshot from ever answering again. If it answers now, the last good one takes over.",
        mixinStandardHelpOptions = true)
final class SnapshotQuarantineCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "What is wrong with it.")
    private String reason = "";

    @Option(
            names = "--force",
            description = "Also if it answers now and no other snapshot can take over: all queries then go to the"
                    + " student.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var now = Clock.systemUTC().instant();
        var written = SnapshotTopics.control(settings, spec.commandLine().getErr()::println)
                .change(records -> SnapshotTransitions.quarantine(records, id, reason, now, force));
        SnapshotRollbackCommand.report(spec.commandLine().getOut(), written);
        return 0;
    }
}
