package io.tagweir.app.snapshot;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.OldIdOption;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.publish.Inventory;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
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

/** {@code ./tagweir snapshot seal}: for a teacher that writes the rows to {@code head-tags} itself. */
@Command(
        name = "seal",
        description = "Seals a snapshot whose rows the teacher has written to head-tags itself. Reads and checks all"
                + " rows, and compares them with the numbers given. Every row must be valid.",
        mixinStandardHelpOptions = true)
final class SnapshotSealCommand implements Callable<Integer> {

    private static final int HEXADECIMAL = 16;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id in the keys of the rows.")
    private String id = "";

    @Mixin
    private OldIdOption oldId = new OldIdOption();

    @Option(names = "--rows", paramLabel = "N", description = "Expected number of rows.")
    private @Nullable Long rows;

    @Option(
            names = "--checksums",
            paramLabel = "HEX",
            split = ",",
            description = "Expected checksum of each partition, in order, in hexadecimal; see partition_checksums of"
                    + " Snapshot.")
    private List<String> checksums = List.of();

    @Option(names = "--teacher", paramLabel = "VERSION", description = "Version of the teacher, for the record.")
    private String teacher = "";

    @Option(names = "--prompt", paramLabel = "VERSION", description = "Version of its prompt, for the record.")
    private String prompt = "";

    @Option(names = "--source", paramLabel = "TEXT", description = "Where the rows come from, for the record.")
    private String source = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var request = new SnapshotPublisher.PublishRequest(id, source, teacher, prompt, false);
        var problems = new ArrayList<String>();
        var given = checksums(problems);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        var settings = cluster.reachable();
        var known = SnapshotTopics.control(settings).read().byId().get(id);
        if (known != null && known.getState() != SnapshotState.PUBLISHING) {
            throw new RefusedException("the snapshot " + id + " is " + known.getState() + " and can't be sealed");
        }
        var topic = SnapshotTopics.headTags(settings);
        var sealing = SnapshotTopics.sealing(settings, spec.commandLine().getErr()::println);
        var sample = sealing.sample();
        var inventory = Inventory.of(topic, id, SnapshotTopics.rules(settings, topic.partitions()), sample);
        problems.addAll(problems(inventory, given));
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        var made = made(settings, request, known);
        var sealed = sealing.seal(made, inventory.manifest(), sealing.vocabulary(id, sample));
        report(sealed, inventory);
        return 0;
    }

    private List<Long> checksums(List<String> problems) {
        var given = new ArrayList<Long>();
        for (var hex : checksums) {
            try {
                given.add(Long.parseUnsignedLong(hex.strip(), HEXADECIMAL));
            } catch (NumberFormatException e) {
                problems.add("--checksums holds '" + hex + "', which is not a hexadecimal number of 64 bits");
            }
        }
        return given;
    }

    private List<String> problems(Inventory inventory, List<Long> given) {
        var problems = new ArrayList<>(inventory.problems());
        if (inventory.bad() > problems.size()) {
            problems.add(inventory.bad() + " rows are invalid in total");
        }
        long found = inventory.manifest().rows();
        if (found == 0) {
            problems.add("head-tags holds no valid row of " + id);
        }
        if (rows != null && rows != found) {
            problems.add("there are " + found + " rows, not " + rows);
        }
        var partitions = inventory.manifest().partitions();
        if (!given.isEmpty() && given.size() != partitions.size()) {
            problems.add("--checksums has " + given.size() + " checksums for " + partitions.size() + " partitions");
        } else {
            for (int i = 0; i < given.size(); i++) {
                if (given.get(i) != partitions.get(i).checksum()) {
                    problems.add("partition " + i + " has " + partitions.get(i) + ", not checksum "
                            + Long.toHexString(given.get(i)));
                }
            }
        }
        return problems;
    }

    private static Snapshot made(
            Settings settings, SnapshotPublisher.PublishRequest request, @Nullable Snapshot known) {
        var made = known == null
                ? Snapshot.newBuilder()
                        .setId(request.id())
                        .setState(SnapshotState.PUBLISHING)
                        .setCreatedAt(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                : Snapshot.newBuilder(known);
        return made.setNormaliser(Normaliser.VERSION)
                .setTaxonomy(settings.snapshots().taxonomy().fingerprint())
                .setSource(request.source().isEmpty() ? made.getSource() : request.source())
                .setTeacher(request.teacher().isEmpty() ? made.getTeacher() : request.teacher())
                .setPrompt(request.prompt().isEmpty() ? made.getPrompt() : request.prompt())
                .build();
    }

    private void report(Snapshot sealed, Inventory inventory) {
        var out = spec.commandLine().getOut();
        var partitions = Manifest.of(sealed).orElseThrow().partitions();
        out.println(id + " " + sealed.getState() + ": " + sealed.getRows() + " rows in " + partitions.size()
                + " partitions");
        for (int i = 0; i < partitions.size(); i++) {
            out.println("partition " + i + ": " + partitions.get(i));
        }
        if (inventory.strays() > 0) {
            out.println(inventory.strays() + " records of the topic have a key that can't be decoded, and are ignored");
        }
        out.flush();
    }
}
