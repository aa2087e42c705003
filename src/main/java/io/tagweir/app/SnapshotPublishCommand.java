package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.control.Refused;
import io.tagweir.snapshot.SnapshotPublisher;
import io.tagweir.snapshot.SnapshotPublisher.Order;
import io.tagweir.snapshot.SnapshotPublisher.Written;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot publish}: from the teacher's file to a sealed snapshot. */
@Command(
        name = "publish",
        description = "Writes a snapshot from the teacher's output and seals it. Interrupted, it leaves a snapshot that"
                + " can't become active; --resume goes on with it, snapshot retire drops it.",
        mixinStandardHelpOptions = true)
final class SnapshotPublishCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "New id; never one used before.")
    private String id = "";

    @Mixin
    private OldIdOption oldId = new OldIdOption();

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines, {query, segment, tags} or {tokens, labels}, or an Avro container file of"
                    + " TeacherRow, either as it is or in gzip; - is standard input.")
    private String file = "";

    @Option(names = "--teacher", paramLabel = "VERSION", description = "Version of the teacher, for the record.")
    private String teacher = "";

    @Option(names = "--prompt", paramLabel = "VERSION", description = "Version of its prompt, for the record.")
    private String prompt = "";

    @Option(names = "--strict", description = "Seals nothing where any row is bad or comes twice.")
    private boolean strict;

    @Option(
            names = "--resume",
            description = "Goes on with a publication that was interrupted: it ends up with the rows of this file.")
    private boolean resume;

    @Option(
            names = "--activate",
            description = "Makes it active once all running applications have verified it, as snapshot activate does.")
    private boolean activate;

    @Option(names = "--force", description = "With --activate: whatever speaks against it and may be forced.")
    private boolean force;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "With --activate: how long to wait for it to be verified (${DEFAULT-VALUE}).")
    private long wait = 120;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        var clock = Clock.systemUTC();
        var order = new Order(id, file, teacher, prompt, resume);
        var settings = cluster.reachable();
        var out = spec.commandLine().getOut();
        var begun = begun(settings, clock);
        try (var rows = HeadRowFile.open(file, SnapshotTopics.rules(settings, 1), begun);
                var publisher = SnapshotTopics.publisher(settings)) {
            seal(publisher, order, begun, rows.requireAny());
            out.flush();
            if (activate) {
                new Activation(settings, clock, out)
                        .run(
                                publisher,
                                id,
                                null,
                                force,
                                Duration.ofSeconds(wait),
                                breaches -> ForcedCommand.after(breaches, spec, "snapshot activate", id));
            }
        }
        return 0;
    }

    private void seal(SnapshotPublisher publisher, Order order, Instant begun, HeadRowFile rows) {
        var err = spec.commandLine().getErr();
        try {
            var written = publisher.write(order, begun, rows, new RowProgress(err, "read"));
            tell(rows, written);
            if (strict && (rows.bad() > 0 || written.duplicates() > 0)) {
                throw new Refusal(id + " is not sealed: " + passedOver(rows, written));
            }
            spec.commandLine().getOut().println(summary(publisher.seal(written), passedOver(rows, written)));
        } catch (Refusal e) {
            throw new Refusal(withWayOn(publisher, e.problems()));
        } catch (Refused e) {
            throw new Refusal(withWayOn(publisher, e.problems()));
        } catch (KafkaException | Error e) {
            withWayOn(publisher, List.of()).forEach(line -> err.println("tagweir: " + line));
            throw e;
        } catch (RuntimeException e) {
            if (publisher.unsealed().isPresent()) {
                drop(publisher, e);
            }
            throw e;
        }
    }

    /** What is wrong, and what can be done with a snapshot that is not sealed because of it. */
    private static List<String> withWayOn(SnapshotPublisher publisher, List<String> problems) {
        var lines = new ArrayList<>(problems);
        publisher
                .unsealed()
                .ifPresent(id -> lines.add(id + " stays PUBLISHING: mend what is wrong and go on with --resume, or drop"
                        + " it with snapshot retire " + id));
        return lines;
    }

    /**
     * What failed was no fault of file or cluster, and going on would fail again. So the id shall not look as if it
     * were still being published.
     */
    private void drop(SnapshotPublisher publisher, RuntimeException failure) {
        var err = spec.commandLine().getErr();
        try {
            publisher.drop(id);
            err.println("tagweir: publishing " + id + " failed for no fault of the file's, see below; " + id
                    + " is RETIRED and its rows are removed: publish under another id");
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            err.println("tagweir: " + id + " could not be dropped: see below, and use snapshot retire " + id);
        }
    }

    /** A row that does not say when it was tagged must be the same row when it is published again. */
    private Instant begun(Settings settings, Clock clock) {
        return resume ? SnapshotTopics.control(settings).read().require(id).getCreatedAt() : clock.instant();
    }

    private void tell(HeadRowFile rows, Written written) {
        var err = spec.commandLine().getErr();
        rows.problems().forEach(problem -> err.println("passed over: " + problem));
        rows.unread().forEach(field -> err.println("not read: " + field));
        written.conflicts().forEach(conflict -> err.println("passed over: " + conflict));
        if (resume) {
            err.println("resumed: " + written.kept() + " rows were there, " + written.removed()
                    + " were there and are removed");
        }
        err.flush();
    }

    private static String passedOver(HeadRowFile rows, Written written) {
        return rows.bad() + " bad and " + written.duplicates() + " duplicate rows"
                + (written.conflicting() > 0 ? ", " + written.conflicting() + " of them with other tags" : "");
    }

    private static String summary(Snapshot sealed, String passedOver) {
        return sealed.getId() + " " + sealed.getState() + ": " + sealed.getRows() + " rows in "
                + sealed.getPartitionRows().size() + " partitions; passed over " + passedOver;
    }
}
