package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.Await;
import io.tagweir.avro.Snapshot;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.life.Retirement;
import io.tagweir.snapshot.life.Verification;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot verify}: what each partition has stored, compared with the manifest. */
@Command(
        name = "verify",
        description = "Shows for each partition what the applications have stored of a snapshot, compared with what was"
                + " sealed. Exit code 0 only if every partition of every running application has verified it.",
        mixinStandardHelpOptions = true)
final class SnapshotVerifyCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "Id of the snapshot; by default all that are sealed and not retired.")
    private @Nullable String id;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for them to be verified (${DEFAULT-VALUE}).")
    private long wait;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var records = SnapshotTopics.control(settings).read();
        var chosen = id == null
                ? records.byId().values().stream()
                        .filter(snapshot -> Manifest.of(snapshot).isPresent() && !Retirement.isRetired(snapshot))
                        .toList()
                : List.of(records.require(id));
        long deadline = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var reports = SnapshotTopics.headReports(settings);
        var problems = new ArrayList<String>();
        for (var snapshot : chosen) {
            var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            var verification = new Await(
                            left, snapshot.getId() + " to be verified", "interrupted; nothing is changed", err)
                    .poll(() -> Verification.of(snapshot, reports.read()), now -> problems(snapshot, now));
            print(out, verification);
            problems.addAll(problems(snapshot, verification));
        }
        out.flush();
        records.rejected().forEach(why -> err.println("ignored: " + why));
        err.flush();
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return 0;
    }

    private static List<String> problems(Snapshot snapshot, Verification verification) {
        if (Manifest.of(snapshot).isEmpty()) {
            return List.of("the snapshot " + snapshot.getId() + " is " + snapshot.getState()
                    + ": it has no manifest to compare with");
        }
        return verification.isAnyRunning()
                ? verification.problems()
                : List.of("no application that reports its snapshots is running, so none has verified "
                        + snapshot.getId());
    }

    private static void print(PrintWriter out, Verification verification) {
        verification
                .applications()
                .forEach((application, stored) -> stored.partitions()
                        .forEach(partition -> out.println(verification.snapshot() + " on " + application
                                + (stored.runs() ? "" : " (not running)") + ", partition " + partition.number() + ": "
                                + partition)));
        verification
                .silent()
                .forEach(application -> out.println(application + " is running and has not reported any snapshot"));
    }
}
