package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.Snapshot;
import io.tagweir.control.ControlRecords;
import io.tagweir.snapshot.life.Retirement;
import io.tagweir.snapshot.life.SnapshotTimeline;
import io.tagweir.snapshot.life.Verification;
import io.tagweir.topology.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot retire}: removes its rows from the stores and the topic. */
@Command(
        name = "retire",
        description = "Removes the rows of a snapshot that has not answered for long enough and is not needed any more;"
                + " or of one that never answered. After an interruption, run it again.",
        mixinStandardHelpOptions = true)
final class SnapshotRetireCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(
            names = "--min-age",
            paramLabel = "DURATION",
            description = "How long it must have answered nothing, in ISO 8601, such as PT1H. By default the setting"
                    + " snapshot.retire.min.age.ms.")
    private @Nullable Duration minAge;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is no longer wanted, for the record.")
    private @Nullable String reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var age = minAge == null ? settings.snapshots().retireAge() : minAge;
        var err = spec.commandLine().getErr();
        var control = SnapshotTopics.control(settings, err::println);
        var written = control.change(records -> {
            var now = Clock.systemUTC().instant();
            records.require(id);
            var retired = Retirement.retire(records, id, age, activeProblems(settings, records, now), now);
            return reason == null
                    ? retired
                    : retired.stream()
                            .map(snapshot -> Retirement.because(snapshot, reason))
                            .toList();
        });
        var out = spec.commandLine().getOut();
        out.println(
                written.isEmpty()
                        ? id + " is retired already"
                        : id + " " + written.get(0).getState());
        out.flush();
        try (var publisher = SnapshotTopics.publisher(settings, err::println)) {
            long removed = publisher.removeRows(id, new RowProgress(err, "removed"));
            out.println(removed + " rows removed from " + settings.topics().name(Topic.HEAD_TAGS));
            out.flush();
        }
        return 0;
    }

    private static List<String> activeProblems(Settings settings, ControlRecords<Snapshot> records, Instant now) {
        return SnapshotTimeline.of(records.byId().values())
                .at(now)
                .map(records::require)
                .map(active -> Verification.of(
                                active, SnapshotTopics.headReports(settings).read())
                        .problems())
                .orElse(List.of());
    }
}
