package io.tagweir.app;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot activate}: the whole fleet switches at one event time. */
@Command(
        name = "activate",
        description = "Makes a sealed snapshot answer all queries from an event time on. Refused unless every partition"
                + " of every running application has verified it.",
        mixinStandardHelpOptions = true)
final class SnapshotActivateCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Event time in ISO 8601 from which it holds; without it, activation.lead.ms from now.")
    private @Nullable String from;

    @Option(
            names = "--force",
            description = "Activates whatever the gate and the history hold against it; what they do is kept in its"
                    + " control record.")
    private boolean force;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for every running application to verify it (${DEFAULT-VALUE}).")
    private long wait = 60;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var time = from();
        var settings = cluster.reachable();
        try (var publisher = SnapshotTopics.publisher(settings)) {
            new Activation(settings, Clock.systemUTC(), spec.commandLine().getOut())
                    .run(
                            publisher,
                            id,
                            time,
                            force,
                            Duration.ofSeconds(wait),
                            breaches -> ForcedCommand.after(breaches, spec, "snapshot activate", id));
        }
        return 0;
    }

    private @Nullable Instant from() {
        try {
            return from == null ? null : Instant.parse(from);
        } catch (DateTimeException e) {
            throw new Refusal("--from is not a time in ISO 8601: " + from);
        }
    }
}
