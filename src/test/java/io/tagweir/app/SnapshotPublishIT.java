package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotTopics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rows of a snapshot are published completely or not at all. */
class SnapshotPublishIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void badAndDuplicateRowsAreReportedAndLeftOutAndTheManifestSaysWhatItWasMadeOf() {
        var labels = CLUSTER.file("{\"labels\":[\"food\",\"brand\"]}");
        var deployment = CLUSTER.deployment("rows", "taxonomy.file=" + labels);
        var file = CLUSTER.file(
                Rows.json(" milk  shake", "food", 1, 5),
                "{\"query\":\"bare\",\"tags\":[]}",
                Rows.json("red", "colour", 0, 3),
                Rows.json("tea", "food", 0, 4),
                Rows.json("tea", "food", -1, 2),
                Rows.json("tea", "", 0, 3),
                Rows.json("  ", "food", 0, 1),
                "rubbish",
                Rows.json("milk shake", "food", 0, 4),
                Rows.json("MILK shake", "brand", 0, 4),
                Rows.json("bread", "food", 0, 5));
        var published =
                deployment.command("snapshot", "publish", "v1", "--file", file, "--teacher", "t-7", "--prompt", "p-3");
        assertThat(published.out())
                .containsExactly("v1 SEALED: 2 rows in 4 partitions; skipped 7 bad and 2 duplicate rows, 1 of them"
                        + " with other tags");
        assertThat(published.err())
                .endsWith(
                        "skipped: line 2: no tags",
                        "skipped: line 3: the taxonomy does not have the label colour",
                        "skipped: line 4: tag food runs from 0 to 4, the query has 3 code points",
                        "skipped: line 5: tag food runs from -1 to 2, the query has 3 code points",
                        "skipped: line 6: a tag has no label",
                        "skipped: line 7: the query is empty",
                        "skipped: line 8: invalid JSON near column 1: unrecognized token 'rubbish':"
                                + " was expecting a JSON value",
                        "skipped: 'milk shake' occurs again with another row");
        assertThat(deployment.snapshot("v1")).satisfies(made -> {
            assertThat(made.getState()).isEqualTo(SnapshotState.SEALED);
            assertThat(made.getTeacher()).isEqualTo("t-7");
            assertThat(made.getPrompt()).isEqualTo("p-3");
            assertThat(made.getSource()).isEqualTo(file);
            assertThat(made.getNormaliser()).isEqualTo(Normaliser.VERSION);
            assertThat(made.getTaxonomy())
                    .isEqualTo(deployment.settings().snapshots().taxonomy().fingerprint())
                    .isNotEmpty();
        });
        assertThat(deployment.storedQueries("v1")).containsExactly("bread", "milk shake");
    }

    @Test
    void strictSealsNothingUntilTheFileIsCorrected() {
        var deployment = CLUSTER.deployment("strict");
        var strict = deployment.command(
                "snapshot",
                "publish",
                "--strict",
                "v1",
                "--file",
                CLUSTER.file(Rows.json("milk", "food", 0, 4), Rows.json("tea", "food", 0, 9)));
        strict.assertRefused();
        assertThat(strict.err())
                .endsWith(
                        "tagweir: v1 is not sealed: 1 bad and 0 duplicate rows",
                        "tagweir: v1 stays PUBLISHING: correct this and continue with --resume, or drop it with"
                                + " snapshot retire v1");
        deployment
                .command("snapshot", "activate", "v1")
                .assertRefused("tagweir: the snapshot v1 is PUBLISHING and can't become active");

        var corrected = deployment.command(
                "snapshot",
                "publish",
                "--strict",
                "--resume",
                "v1",
                "--file",
                CLUSTER.file(Rows.json("milk", "food", 0, 4), Rows.json("tea", "food", 0, 3)));
        corrected.assertSuccess();
        assertThat(corrected.err()).endsWith("resumed: 1 rows were written before, 0 others were removed");
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.SEALED);
    }

    /**
     *
     *
     * <pre>
     *   first    q0 ......... q599 | interrupted
     *   resumed  q10 .. (q20 changed) ............ q999 ── sealed: these and no others
     * </pre>
     */
    @Test
    void interruptedSnapshotIsNeverActiveAndHasOnlyTheRowsOfTheFileItIsResumedWith() {
        var deployment = CLUSTER.deployment("resumed");
        interrupt(deployment, "v1", 600);
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.PUBLISHING);
        deployment
                .command("snapshot", "activate", "v1")
                .assertRefused("tagweir: the snapshot v1 is PUBLISHING and can't become active");
        deployment
                .command("snapshot", "verify", "v1")
                .assertRefused("tagweir: the snapshot v1 is PUBLISHING: it has no manifest to compare with");

        var rest = new ArrayList<HeadRow>();
        IntStream.range(10, 1_000).forEach(i -> rest.add(Rows.row(i == 20 ? "other" : "v1", "q" + i)));
        try (var publisher = SnapshotTopics.publisher(deployment.settings())) {
            var order = new SnapshotPublisher.PublishRequest("v1", "test", "", "", true);
            var written = publisher.write(order, Instant.now(), rest.iterator(), count -> {});
            assertThat(written.kept()).isEqualTo(589);
            assertThat(written.removed()).isEqualTo(10);
            assertThat(publisher.seal(written).getPartitionChecksums()).isEqualTo(checksums(rest));
        }
        assertThat(deployment.storedQueries("v1"))
                .containsExactlyElementsOf(
                        rest.stream().map(row -> row.key().canonical()).collect(Collectors.toCollection(TreeSet::new)));
        deployment
                .command("snapshot", "seal", "v1")
                .assertRefused("tagweir: the snapshot v1 is SEALED and can't be sealed");
    }

    @Test
    void retiredInterruptedSnapshotLosesItsRowsAndItsIdIsNeverReused() {
        var deployment = CLUSTER.deployment("dropped");
        interrupt(deployment, "v1", 600);
        var retired = deployment.command("snapshot", "retire", "v1", "--reason", "a trial");
        assertThat(deployment.command("snapshot", "list").out()).contains("    retired: a trial");
        assertThat(retired.out()).containsExactly("v1 RETIRED", "600 rows removed from dropped-head-tags");
        assertThat(deployment.command("snapshot", "retire", "v1").out())
                .containsExactly("v1 is retired already", "0 rows removed from dropped-head-tags");
        assertThat(deployment.storedQueries("v1")).isEmpty();

        var file = CLUSTER.file(Rows.json("milk", "food", 0, 4));
        deployment
                .command("snapshot", "publish", "v1", "--file", file)
                .assertRefused("tagweir: there is a snapshot v1 already, and ids are never reused");
        deployment
                .command("snapshot", "publish", "--resume", "v1", "--file", file)
                .assertRefused("tagweir: the snapshot v1 is RETIRED; only one that is PUBLISHING can be resumed");
        deployment
                .command("snapshot", "activate", "v1")
                .assertRefused("tagweir: the snapshot v1 is RETIRED and can't become active");
    }

    /** The one that was started last continues; the other has changed nothing. */
    @Test
    void firstOfTwoCommandsOnTheSameSnapshotIsRefused() {
        var deployment = CLUSTER.deployment("twice");
        var control = SnapshotTopics.control(deployment.settings());
        try (var publisher = SnapshotTopics.publisher(deployment.settings())) {
            assertThatThrownBy(() -> control.change(records -> {
                        publisher.publish("v1", "second", rows(10).iterator(), count -> {});
                        return List.of(Snapshot.newBuilder()
                                .setId("v1")
                                .setState(SnapshotState.PUBLISHING)
                                .setCreatedAt(Instant.now())
                                .setSource("first")
                                .build());
                    }))
                    .hasMessage("another command changed the snapshots at the same time; try again");
        }
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.SEALED);
        assertThat(deployment.snapshot("v1").getSource()).isEqualTo("second");
    }

    /** The teacher is not written in Java, and knows only the schemas and how the checksum is computed. */
    @Test
    void snapshotThatATeacherWroteDirectlyIsSealedOnlyWithTheRowsItDeclares() {
        var deployment = CLUSTER.deployment("foreign");
        var rows = rows(100);
        rows.forEach(row -> deployment.writeRow("v1", row, 0));
        deployment
                .command("snapshot", "seal", "v1", "--rows", "99")
                .assertRefused("tagweir: there are 100 rows, not 99");
        deployment
                .command("snapshot", "seal", "v2")
                .assertRefused("tagweir: head-tags holds no valid row of v2");

        var right = checksums(rows).stream().map(Long::toHexString).toList();
        var wrong = new ArrayList<>(right);
        wrong.set(2, "abc");
        var compared = deployment.command("snapshot", "seal", "v1", "--checksums", String.join(",", wrong));
        compared.assertRefused();
        assertThat(compared.err())
                .singleElement()
                .asString()
                .startsWith("tagweir: partition 2 has ")
                .endsWith("checksum " + right.get(2) + ", not checksum abc");

        var astray = Rows.row("v1", "astray");
        deployment.writeRow("v1", astray, 1);
        var unfit = deployment.command("snapshot", "seal", "v1", "--checksums", String.join(",", right));
        unfit.assertRefused();
        assertThat(unfit.err()).singleElement().asString().contains("query 'astray': the row is in partition ");

        deployment.writeRow("v1", astray, null, 1);
        var sealed =
                deployment.command("snapshot", "seal", "v1", "--rows", "100", "--checksums", String.join(",", right));
        sealed.assertSuccess();
        assertThat(sealed.out().get(0)).isEqualTo("v1 SEALED: 100 rows in 4 partitions");
        assertThat(deployment.snapshot("v1").getPartitionChecksums()).isEqualTo(checksums(rows));
    }

    /** Leaves a snapshot as a killed process does: with so many rows, unsealed. */
    private static void interrupt(Deployment deployment, String id, int after) {
        var teacher = rows(after + 1).iterator();
        var broken = new Iterator<HeadRow>() {
            private int served;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public HeadRow next() {
                if (served++ == after) {
                    throw new IllegalStateException("the teacher failed");
                }
                return teacher.next();
            }
        };
        try (var publisher = SnapshotTopics.publisher(deployment.settings())) {
            var order = new SnapshotPublisher.PublishRequest(id, "test", "", "", false);
            assertThatThrownBy(() -> publisher.write(order, Instant.now(), broken, count -> {}))
                    .hasMessage("the teacher failed");
        }
    }

    private static List<HeadRow> rows(int count) {
        return IntStream.range(0, count).mapToObj(i -> Rows.row("v1", "q" + i)).toList();
    }

    private static List<Long> checksums(List<HeadRow> rows) {
        var tallies = new ArrayList<>(Collections.nCopies(Deployment.PARTITIONS, PartitionDigest.EMPTY));
        var hash = new RowHash();
        for (var row : rows) {
            int home = row.key().partition(Deployment.PARTITIONS);
            tallies.set(home, tallies.get(home).with(hash.of(row.key(), row.tags())));
        }
        return tallies.stream().map(PartitionDigest::checksum).toList();
    }
}
