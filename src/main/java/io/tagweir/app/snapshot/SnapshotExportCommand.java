package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.student.OldIdOption;
import io.tagweir.query.HeldOut;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.export.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir snapshot export}: a sealed snapshot as a training set. */
@Command(
        name = "export",
        description = "Writes a sealed snapshot as a training set: " + TrainingSet.TRAIN + ", " + TrainingSet.HELD_OUT
                + " and " + TrainingSet.MANIFEST + ".",
        mixinStandardHelpOptions = true)
final class SnapshotExportCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the snapshot.")
    private String id = "";

    @Mixin
    private OldIdOption oldId = new OldIdOption();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Output directory. It is created, or must be empty.")
    private Path dir = Path.of("");

    @Option(
            names = "--heldout",
            paramLabel = "SHARE",
            defaultValue = "" + HeldOut.DEFAULT_SHARE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = "Share of the queries kept from training, by a hash of the query alone: what is held out"
                    + " stays so in every snapshot.")
    private double share;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var heldOut = heldOut();
        checkDirectory();
        var settings = cluster.reachable();
        var snapshot = SnapshotTopics.requireSealed(
                SnapshotTopics.control(settings).read().require(id));
        try {
            Files.createDirectories(dir);
            var manifest = new TrainingSet(SnapshotTopics.headTags(settings), snapshot, heldOut).write(dir);
            var train = manifest.path("train");
            var kept = manifest.path("held_out");
            long unlabelled = train.path("without_labels").asLong()
                    + kept.path("without_labels").asLong();
            var out = spec.commandLine().getOut();
            out.println(id + ": " + train.path("rows").asLong() + " rows to train with and "
                    + kept.path("rows").asLong() + " held out in " + dir + "; " + unlabelled
                    + " of them without tokens and labels, because their tags do not cover whole words");
            out.flush();
            return 0;
        } catch (TrainingSet.IncompleteSnapshotException e) {
            throw new RefusedException(e.getMessage() + "; nothing was exported");
        } catch (IOException e) {
            throw new RefusedException("can't write to " + dir + ": " + Reason.of(e));
        }
    }

    private HeldOut heldOut() {
        try {
            return new HeldOut(share);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--heldout: " + e.getMessage());
        }
    }

    private void checkDirectory() {
        if (!Files.exists(dir)) {
            return;
        }
        if (!Files.isDirectory(dir)) {
            throw new RefusedException(dir + " is not a directory");
        }
        try (var files = Files.list(dir)) {
            if (files.findAny().isPresent()) {
                throw new RefusedException("the directory " + dir + " is not empty");
            }
        } catch (IOException e) {
            throw new RefusedException("can't read the directory " + dir + ": " + Reason.of(e));
        }
    }
}
