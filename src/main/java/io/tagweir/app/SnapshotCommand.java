package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.snapshot.ControlTopic;
import io.tagweir.snapshot.SnapshotPublisher;
import io.tagweir.snapshot.Timeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot publish|list|activate}: the life of head snapshots. */
@Command(
        name = "snapshot",
        description = "Publishes, lists and activates head snapshots.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class SnapshotCommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Command(
            name = "publish",
            description = "Writes a snapshot from the teacher's output (JSON lines) and seals it.",
            mixinStandardHelpOptions = true)
    int publish(
            @Mixin ClusterOptions cluster,
            @Option(names = "--id", required = true, paramLabel = "ID", description = "New id; never one used before.")
                    String id,
            @Option(
                            names = "--file",
                            required = true,
                            paramLabel = "FILE",
                            description =
                                    "JSON lines, {query, segment, tags} or {tokens, labels}; - is standard input.")
                    String file,
            @Option(names = "--activate", description = "Makes it active at once.") boolean activate)
            throws IOException {
        var settings = cluster.reachable();
        try (var rows = HeadRowFile.open(file, Clock.systemUTC());
                var publisher = publisher(settings)) {
            var published = publisher.publish(id, file, rows, new Progress(err()));
            rows.problems().forEach(problem -> err().println("passed over: " + problem));
            out().println(id + " " + published.snapshot().getState() + ": "
                    + published.snapshot().getRows()
                    + " rows in " + published.snapshot().getPartitionRows().size() + " partitions; passed over "
                    + rows.bad() + " bad and " + published.duplicates() + " duplicate rows");
            if (activate) {
                report(publisher.activate(id, Clock.systemUTC().instant()));
            }
            return 0;
        } catch (SnapshotPublisher.Refused refused) {
            throw new Refusal(String.valueOf(refused.getMessage()));
        }
    }

    @Command(
            name = "list",
            description = "Lists all snapshots, and says which one answers queries of now.",
            mixinStandardHelpOptions = true)
    int list(@Mixin ClusterOptions cluster) {
        var settings = cluster.reachable();
        var snapshots = control(settings).read().values();
        var answering = Timeline.of(snapshots).at(Clock.systemUTC().instant());
        out().printf("  %-24s %-12s %10s  %-24s  %s%n", "id", "state", "rows", "created", "active from");
        for (var snapshot : snapshots) {
            out().printf(
                            "%-24s %-12s %10d  %-24s  %s%s%n",
                            snapshot.getId(),
                            snapshot.getState(),
                            snapshot.getRows(),
                            snapshot.getCreatedAt(),
                            snapshot.getActivations().stream()
                                    .map(Instant::toString)
                                    .collect(Collectors.joining(", ")),
                            answering.equals(Optional.of(snapshot.getId())) ? "  (answers now)" : "");
        }
        out().flush();
        return 0;
    }

    @Command(
            name = "activate",
            description = "Makes a sealed snapshot answer all queries from an event time on.",
            mixinStandardHelpOptions = true)
    int activate(
            @Mixin ClusterOptions cluster,
            @Parameters(paramLabel = "ID", description = "Id of the snapshot.") String id,
            @Option(
                            names = "--from",
                            paramLabel = "TIME",
                            description = "Event time in ISO 8601 from which it holds; now, if not given.")
                    @Nullable
                    String from) {
        try (var publisher = publisher(cluster.reachable())) {
            report(publisher.activate(id, from == null ? Clock.systemUTC().instant() : Instant.parse(from)));
            return 0;
        } catch (DateTimeException e) {
            throw new Refusal("--from is not a time in ISO 8601: " + from);
        } catch (SnapshotPublisher.Refused refused) {
            throw new Refusal(String.valueOf(refused.getMessage()));
        }
    }

    private void report(Snapshot active) {
        int last = active.getActivations().size() - 1;
        out().println(active.getId() + " " + active.getState() + " for queries from "
                + active.getActivations().get(last));
    }

    static SnapshotPublisher publisher(Settings settings) {
        var serdes = Application.serdes(settings);
        return new SnapshotPublisher(
                settings.clientConfig(),
                control(settings),
                settings.topics().headTags(),
                serdes.headKeys(),
                serdes.headTags(),
                settings.snapshots().taxonomy(),
                Clock.systemUTC());
    }

    private static ControlTopic control(Settings settings) {
        return new ControlTopic(
                settings.clientConfig(),
                settings.topics().headSnapshots(),
                Application.serdes(settings).snapshots());
    }

    /** A line a second on how many rows were sent. */
    private static final class Progress implements LongConsumer {

        private final PrintWriter out;
        private long told = System.nanoTime();

        Progress(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void accept(long rows) {
            if (System.nanoTime() - told > 1_000_000_000L) {
                told = System.nanoTime();
                out.println("sent " + rows + " rows");
                out.flush();
            }
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
