package io.tagweir.app.snapshot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.avro.HeadRequest;
import io.tagweir.reason.RefusedException;
import java.util.Comparator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot requests}: the queries that the teacher is asked to tag. */
@Command(
        name = "requests",
        description = "Prints the queries that the teacher is asked to tag as JSON lines, the most frequent first.",
        mixinStandardHelpOptions = true)
final class SnapshotRequestsCommand implements Callable<Integer> {

    /**
     * The miss reasons for which the teacher is asked. An enum of its own, since the command line loads the class of
     * every option and Avro's enums take 300 ms to load.
     */
    private enum RequestReason {
        GENUINE,
        STALE,
        INVALIDATED
    }

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--top", paramLabel = "N", description = "Only the N most frequent.")
    private @Nullable Integer top;

    @Option(
            names = "--reason",
            paramLabel = "GENUINE|STALE|INVALIDATED",
            description = "Only those that the head lacks, whose tags are too old, or whose tags depend on something"
                    + " that has changed.")
    private @Nullable RequestReason reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (top != null && top < 1) {
            throw new RefusedException("--top is " + top + "; it must be at least 1");
        }
        var read = SnapshotTopics.requests(cluster.reachable()).read();
        var err = spec.commandLine().getErr();
        read.undecodable().forEach(record -> err.println("ignored: " + record));
        err.flush();
        var out = spec.commandLine().getOut();
        // The sort keeps the order of the keys among equal counts.
        read.values().values().stream()
                .filter(request -> reason == null || request.getReason().name().equals(reason.name()))
                .sorted(Comparator.comparingLong(HeadRequest::getCount).reversed())
                .limit(top == null ? Long.MAX_VALUE : top)
                .forEach(request -> out.println(json(request)));
        out.flush();
        return 0;
    }

    private static String json(HeadRequest request) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("query", request.getQuery())
                .put("segment", request.getSegment())
                .put("reason", request.getReason().name())
                .put("count", request.getCount())
                .put("snapshot", request.getSnapshot())
                .put("from", request.getFrom().toString())
                .put("to", request.getTo().toString())
                .toString();
    }
}
