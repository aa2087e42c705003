package io.tagweir.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tagweir.avro.HeadRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot requests}: what the teacher is asked to tag, for its batch job. */
@Command(
        name = "requests",
        description = "Prints the queries the teacher is asked to tag, most wanted first, a JSON object a line.",
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

    @Option(names = "--top", paramLabel = "N", description = "The N most wanted; all, if not given.")
    private @Nullable Integer top;

    @Option(
            names = "--reason",
            paramLabel = "GENUINE|STALE|INVALIDATED",
            description = "Those alone that are asked for because the head lacks them, because their tags are too"
                    + " old, or because something they depend on has changed.")
    private @Nullable RequestReason reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (top != null && top < 1) {
            throw new Refusal("--top is " + top + "; it must be at least 1");
        }
        var read = SnapshotTopics.requests(cluster.reachable()).read();
        if (read.undecodable() > 0) {
            spec.commandLine().getErr().println("passed over: " + read.undecodable() + " records that nobody can read");
            spec.commandLine().getErr().flush();
        }
        var out = spec.commandLine().getOut();
        read.requests().stream()
                .filter(request -> reason == null || request.getReason().name().equals(reason.name()))
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
