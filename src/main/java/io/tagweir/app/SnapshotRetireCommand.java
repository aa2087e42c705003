package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.control.Held;
import io.tagweir.snapshot.Retirement;
import io.tagweir.snapshot.Timeline;
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

/** {@code ./tagweir snapshot retire}: its rows go from the stores and from the topic. */
@Command(
        name = "retire",
        description = "Removes the rows of a snapshot that is old enough, referred to by nothing, and followed by a"
                + " verified one; or of one that never answered. Run again after an interruption, it goes on.",
        mixinStandardHelpOptions = true)
final class SnapshotRetireCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Option(
            names = "--min-age",
            paramLabel = "DURATION",
            description = "How long it must have answered nothing, in ISO 8601, such as PT1H;"
                    + " snapshot.retire.min.age.ms, if not given.")
    private @Nullable Duration minAge;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is no longer wanted, for the record.")
    private @Nullable String reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var age = minAge == null ? settings.snapshots().retireAge() : minAge;
        var control = SnapshotTopics.control(settings);
        var written = control.change(held -> {
            var now = Clock.systemUTC().instant();
            held.require(id);
            var retired = Retirement.retire(held, id, age, liveTrouble(settings, held, now), now);
            return reason == null
                    ? retired
                    : retired.stream()
                            .map(snapshot -> Retirement.because(snapshot, reason))
                            .toList();
        });
        var out = spec.commandLine().getOut();
        out.println(
                written.isEmpty()
                        ? id + " was retired before"
                        : id + " " + written.get(0).getState());
        out.flush();
        try (var publisher = SnapshotTopics.publisher(settings)) {
            long removed =
                    publisher.removeRows(id, new RowProgress(spec.commandLine().getErr(), "removed"));
            out.println(removed + " rows removed from " + settings.topics().name(Topic.HEAD_TAGS));
            out.flush();
        }
        return 0;
    }

    private static List<String> liveTrouble(Settings settings, Held<Snapshot> held, Instant now) {
        return Timeline.of(held.records().values())
                .at(now)
                .map(held::require)
                .map(live -> SnapshotTopics.fleet(settings).verify(live).problems())
                .orElse(List.of());
    }
}
