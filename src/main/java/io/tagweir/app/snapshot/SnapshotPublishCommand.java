package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.ActivationOptions;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.OldIdOption;
import io.tagweir.avro.Snapshot;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import io.tagweir.snapshot.publish.SnapshotPublisher.PublishRequest;
import io.tagweir.snapshot.publish.SnapshotPublisher.UnsealedSnapshot;
import java.io.IOException;
import java.time.Clock;
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

/** {@code ./tagweir snapshot publish}: writes and seals a snapshot from the teacher's file. */
@Command(
        name = "publish",
        description = "Writes a snapshot from the teacher's output and seals it. If it is interrupted, the snapshot is"
                + " not sealed: continue with --resume, or drop it with snapshot retire.",
        mixinStandardHelpOptions = true)
final class SnapshotPublishCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "New id. Ids can't be reused.")
    private String id = "";

    @Mixin
    private OldIdOption oldId = new OldIdOption();

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines, {query, segment, tags} or {tokens, labels}, or an Avro container file of"
                    + " TeacherRow, plain or in gzip; - is standard input.")
    private String file = "";

    @Option(names = "--teacher", paramLabel = "VERSION", description = "Version of the teacher, for the record.")
    private String teacher = "";

    @Option(names = "--prompt", paramLabel = "VERSION", description = "Version of its prompt, for the record.")
    private String prompt = "";

    @Option(names = "--strict", description = "Does not seal if any row is bad or a duplicate.")
    private boolean strict;

    @Option(
            names = "--resume",
            description = "Continues an interrupted publication. The snapshot will have exactly the rows of this file.")
    private boolean resume;

    @Option(
            names = "--activate",
            description = "Activates it as snapshot activate does, once all running applications have verified it.")
    private boolean activate;

    @Option(names = "--force", description = "With --activate: overrides failed checks.")
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
        var request = new PublishRequest(id, file, teacher, prompt, resume);
        var settings = cluster.reachable();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var begun = begun(settings, clock);
        try (var rows = HeadRowFile.open(file, SnapshotTopics.rules(settings, 1), begun);
                var publisher = SnapshotTopics.publisher(settings, err::println)) {
            seal(publisher, request, begun, rows.requireAny());
            out.flush();
            if (activate) {
                new SnapshotActivation(settings, clock, new ActivationOptions(wait, force), spec).run(publisher, id);
            }
        }
        return 0;
    }

    private void seal(SnapshotPublisher publisher, PublishRequest request, Instant begun, HeadRowFile rows) {
        var err = spec.commandLine().getErr();
        try {
            var written = publisher.write(request, begun, rows, new RowProgress(err, "read"));
            report(rows, written);
            if (strict && (rows.bad() > 0 || written.duplicates() > 0)) {
                throw new RefusedException(id + " is not sealed: " + skipped(rows, written));
            }
            spec.commandLine().getOut().println(summary(publisher.seal(written), skipped(rows, written)));
        } catch (RefusedException e) {
            throw new RefusedException(withNextStep(publisher, e.problems()));
        } catch (KafkaException | Error e) {
            withNextStep(publisher, List.of()).forEach(line -> err.println("tagweir: " + line));
            throw e;
        } catch (RuntimeException e) {
            if (publisher.unsealed().isPresent()) {
                drop(publisher, e);
            }
            throw e;
        }
    }

    /** The problems, and what to do with a snapshot that is not sealed because of them. */
    private static List<String> withNextStep(SnapshotPublisher publisher, List<String> problems) {
        var lines = new ArrayList<>(problems);
        publisher
                .unsealed()
                .ifPresent(id -> lines.add(id + " stays PUBLISHING: correct this and continue with --resume, or drop"
                        + " it with snapshot retire " + id));
        return lines;
    }

    /**
     * Neither the file nor the cluster is the cause, so a second attempt would fail too. The id must not look as if it
     * were still being published.
     */
    private void drop(SnapshotPublisher publisher, RuntimeException failure) {
        var err = spec.commandLine().getErr();
        try {
            publisher.drop(id);
            err.println("tagweir: publishing " + id + " failed because of an internal error, see below; " + id
                    + " is RETIRED and its rows are removed: publish under another id");
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            err.println("tagweir: " + id + " could not be dropped, see below; use snapshot retire " + id);
        }
    }

    /** Rows without tagged_at get this time, so a resumed publication must use the same one. */
    private Instant begun(Settings settings, Clock clock) {
        return resume ? SnapshotTopics.control(settings).read().require(id).getCreatedAt() : clock.instant();
    }

    private void report(HeadRowFile rows, UnsealedSnapshot written) {
        var err = spec.commandLine().getErr();
        rows.problems().forEach(problem -> err.println("skipped: " + problem));
        rows.unread().forEach(field -> err.println("not read: " + field));
        written.conflicts().forEach(conflict -> err.println("skipped: " + conflict));
        if (resume) {
            err.println("resumed: " + written.kept() + " rows were written before, " + written.removed()
                    + " others were removed");
        }
        err.flush();
    }

    private static String skipped(HeadRowFile rows, UnsealedSnapshot written) {
        return rows.bad() + " bad and " + written.duplicates() + " duplicate rows"
                + (written.conflicting() > 0 ? ", " + written.conflicting() + " of them with other tags" : "");
    }

    private static String summary(Snapshot sealed, String skipped) {
        return sealed.getId() + " " + sealed.getState() + ": " + sealed.getRows() + " rows in "
                + sealed.getPartitionRows().size() + " partitions; skipped " + skipped;
    }
}
