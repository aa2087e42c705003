package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.ActivationOptions;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot activate}: the whole fleet switches at one event time. */
@Command(
        name = "activate",
        description = "Makes a sealed snapshot answer all queries from an event time on. Refused unless every partition"
                + " of every running application has verified it, and it passes the gate.",
        mixinStandardHelpOptions = true)
final class SnapshotActivateCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Mixin
    private ActivationOptions options = new ActivationOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        options.from(); // A wrong time is reported before the cluster is asked.
        var settings = cluster.reachable();
        try (var publisher =
                SnapshotTopics.publisher(settings, spec.commandLine().getErr()::println)) {
            new SnapshotActivation(settings, Clock.systemUTC(), options, spec).run(publisher, id);
        }
        return 0;
    }
}
