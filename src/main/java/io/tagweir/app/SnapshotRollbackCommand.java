package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.Transitions;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot rollback}: away from the snapshot that answers now, at once. */
@Command(
        name = "rollback",
        description = "Quarantines the snapshot that answers now, for ever, and has the last good one answer from now"
                + " on. Planned activations of other snapshots stand.",
        mixinStandardHelpOptions = true)
final class SnapshotRollbackCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "What is wrong with it, for the record (${DEFAULT-VALUE}).")
    private String reason = "rolled back";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        long began = System.nanoTime();
        var written = SnapshotTopics.control(settings)
                .change(held -> Transitions.rollback(
                        held,
                        reason,
                        Clock.systemUTC().instant(),
                        settings.app().activationLead()));
        report(spec.commandLine().getOut(), written);
        spec.commandLine().getErr().printf("written in %d ms%n", (System.nanoTime() - began) / 1_000_000);
        return 0;
    }

    /** @param written the quarantined snapshot, then the one that answers, if that has changed */
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
