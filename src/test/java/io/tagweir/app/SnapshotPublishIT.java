package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.topology.Topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.local.LocalCluster;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the rows of a snapshot get to Kafka, whole or not at all. */
class SnapshotPublishIT {

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void badAndDuplicateRowsAreToldAndLeftOutAndTheManifestSaysWhatItWasMadeOf() throws IOException {
        var labels = Files.writeString(dir.resolve("labels.json"), "{\"labels\":[\"food\",\"brand\"]}");
        var site = new Site(cluster, "rows", dir, Map.of("taxonomy.file", labels.toString()));
        var file = file(
                row(" milk  shake", "food", 1, 5),
                "{\"query\":\"bare\",\"tags\":[]}",
                row("red", "colour", 0, 3),
                row("tea", "food", 0, 4),
                row("tea", "food", -1, 2),
                row("tea", "", 0, 3),
                row("  ", "food", 0, 1),
                "rubbish",
                row("milk shake", "food", 0, 4),
                row("MILK shake", "brand", 0, 4),
                row("bread", "food", 0, 5));
        var published = run(site, "publish", "v1", "--file", file, "--teacher", "t-7", "--prompt", "p-3");
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
        assertThat(control(site, "v1")).satisfies(made -> {
            assertThat(made.getState()).isEqualTo(SnapshotState.SEALED);
            assertThat(made.getTeacher()).isEqualTo("t-7");
            assertThat(made.getPrompt()).isEqualTo("p-3");
            assertThat(made.getSource()).isEqualTo(file);
            assertThat(made.getNormaliser()).isEqualTo(Normaliser.VERSION);
            assertThat(made.getTaxonomy())
                    .isEqualTo(site.settings().snapshots().taxonomy().fingerprint())
                    .isNotEmpty();
        });
        assertThat(rows(site, "v1")).containsExactly("bread", "milk shake");
    }

    @Test
    void strictSealsNothingUntilTheFileIsMended() throws IOException {
        var site = new Site(cluster, "strict", dir, Map.of());
        var strict = run(
                site, "publish", "--strict", "v1", "--file", file(row("milk", "food", 0, 4), row("tea", "food", 0, 9)));
        assertThat(strict.exitCode()).isEqualTo(2);
        assertThat(strict.err())
                .endsWith(
                        "tagweir: v1 is not sealed: 1 bad and 0 duplicate rows",
                        "tagweir: v1 stays PUBLISHING: correct this and continue with --resume, or drop it with"
                                + " snapshot retire v1");
        refused(run(site, "activate", "v1"), "tagweir: the snapshot v1 is PUBLISHING and can't become active");

        var mended = run(
                site,
                "publish",
                "--strict",
                "--resume",
                "v1",
                "--file",
                file(row("milk", "food", 0, 4), row("tea", "food", 0, 3)));
        assertThat(mended.exitCode()).as("%s", mended.err()).isZero();
        assertThat(mended.err()).endsWith("resumed: 1 rows were written before, 0 others were removed");
        assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.SEALED);
    }

    /**
     *
     *
     * <pre>
     *   first    q0 ......... q599 | broken off
     *   resumed  q10 .. (q20 changed) ............ q999 ── sealed: these and no others
     * </pre>
     */
    @Test
    void interruptedSnapshotIsNeverActiveAndEndsUpWithTheRowsOfTheFileItIsResumedWith() {
        var site = new Site(cluster, "resumed", dir, Map.of());
        breakOff(site, "v1", 600);
        assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.PUBLISHING);
        refused(run(site, "activate", "v1"), "tagweir: the snapshot v1 is PUBLISHING and can't become active");
        refused(
                run(site, "verify", "v1"),
                "tagweir: the snapshot v1 is PUBLISHING: it has no manifest to compare with");

        var rest = new ArrayList<HeadRow>();
        IntStream.range(10, 1_000).forEach(i -> rest.add(Site.row(i == 20 ? "other" : "v1", "q" + i)));
        try (var publisher = SnapshotTopics.publisher(site.settings())) {
            var order = new SnapshotPublisher.PublishRequest("v1", "test", "", "", true);
            var written = publisher.write(order, Clock.systemUTC().instant(), rest.iterator(), count -> {});
            assertThat(written.kept()).isEqualTo(589);
            assertThat(written.removed()).isEqualTo(10);
            assertThat(publisher.seal(written).getPartitionChecksums()).isEqualTo(checksums(rest));
        }
        assertThat(rows(site, "v1"))
                .containsExactlyElementsOf(
                        rest.stream().map(row -> row.key().canonical()).collect(Collectors.toCollection(TreeSet::new)));
        refused(run(site, "seal", "v1"), "tagweir: the snapshot v1 is SEALED and can't be sealed");
    }

    @Test
    void interruptedSnapshotIsDroppedAndItsIdIsGoneForGood() throws IOException {
        var site = new Site(cluster, "dropped", dir, Map.of());
        breakOff(site, "v1", 600);
        var retired = run(site, "retire", "v1", "--reason", "a trial");
        assertThat(run(site, "list").out()).contains("    retired: a trial");
        assertThat(retired.out()).containsExactly("v1 RETIRED", "600 rows removed from dropped-head-tags");
        assertThat(run(site, "retire", "v1").out())
                .containsExactly("v1 is retired already", "0 rows removed from dropped-head-tags");
        assertThat(rows(site, "v1")).isEmpty();

        var file = file(row("milk", "food", 0, 4));
        refused(
                run(site, "publish", "v1", "--file", file),
                "tagweir: there is a snapshot v1 already, and ids are never reused");
        refused(
                run(site, "publish", "--resume", "v1", "--file", file),
                "tagweir: the snapshot v1 is RETIRED; only one that is PUBLISHING can be resumed");
        refused(run(site, "activate", "v1"), "tagweir: the snapshot v1 is RETIRED and can't become active");
    }

    /** The one that was started last goes on; the other has written nothing that counts. */
    @Test
    void secondCommandOnTheSameSnapshotHasTheFirstRefused() {
        var site = new Site(cluster, "twice", dir, Map.of());
        var control = SnapshotTopics.control(site.settings());
        try (var publisher = SnapshotTopics.publisher(site.settings())) {
            assertThatThrownBy(() -> control.change(held -> {
                        publisher.publish("v1", "second", rows(10).iterator(), count -> {});
                        return List.of(Snapshot.newBuilder()
                                .setId("v1")
                                .setState(SnapshotState.PUBLISHING)
                                .setCreatedAt(Clock.systemUTC().instant())
                                .setSource("first")
                                .build());
                    }))
                    .hasMessage("another command changed the snapshots at the same time; try again");
        }
        assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.SEALED);
        assertThat(control(site, "v1").getSource()).isEqualTo("second");
    }

    /** The teacher is not written in Java, and knows nothing but the schemas and how the checksum is made. */
    @Test
    void snapshotThatAForeignTeacherWroteIsSealedOnlyAsItSaysItIs() {
        var site = new Site(cluster, "foreign", dir, Map.of());
        var rows = rows(100);
        rows.forEach(row -> send(site, row, row.key().partition(Site.PARTITIONS)));
        refused(run(site, "seal", "v1", "--rows", "99"), "tagweir: there are 100 rows, not 99");
        refused(run(site, "seal", "v2"), "tagweir: head-tags holds no valid row of v2");

        var right = checksums(rows).stream().map(Long::toHexString).toList();
        var wrong = new ArrayList<>(right);
        wrong.set(2, "abc");
        var compared = run(site, "seal", "v1", "--checksums", String.join(",", wrong));
        assertThat(compared.exitCode()).isEqualTo(2);
        assertThat(compared.err())
                .singleElement()
                .asString()
                .startsWith("tagweir: partition 2 has ")
                .endsWith("checksum " + right.get(2) + ", not checksum abc");

        var astray = Site.row("v1", "astray");
        int elsewhere = (astray.key().partition(Site.PARTITIONS) + 1) % Site.PARTITIONS;
        send(site, astray, elsewhere);
        var unfit = run(site, "seal", "v1", "--checksums", String.join(",", right));
        assertThat(unfit.exitCode()).isEqualTo(2);
        assertThat(unfit.err()).singleElement().asString().contains("query 'astray': the row is in partition ");

        remove(site, astray, elsewhere);
        var sealed = run(site, "seal", "v1", "--rows", "100", "--checksums", String.join(",", right));
        assertThat(sealed.exitCode()).as("%s", sealed.err()).isZero();
        assertThat(sealed.out().get(0)).isEqualTo("v1 SEALED: 100 rows in 4 partitions");
        assertThat(control(site, "v1").getPartitionChecksums()).isEqualTo(checksums(rows));
    }

    /** As a process that is killed leaves it: so many rows are written, and then nothing more comes. */
    private static void breakOff(Site site, String id, int after) {
        var teacher = rows(after + 1).iterator();
        var broken = new Iterator<HeadRow>() {
            private int given;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public HeadRow next() {
                if (given++ == after) {
                    throw new IllegalStateException("the teacher has died");
                }
                return teacher.next();
            }
        };
        try (var publisher = SnapshotTopics.publisher(site.settings())) {
            var order = new SnapshotPublisher.PublishRequest(id, "test", "", "", false);
            assertThatThrownBy(() -> publisher.write(order, Clock.systemUTC().instant(), broken, count -> {}))
                    .hasMessage("the teacher has died");
        }
    }

    private static List<HeadRow> rows(int count) {
        return IntStream.range(0, count).mapToObj(i -> Site.row("v1", "q" + i)).toList();
    }

    private static List<Long> checksums(List<HeadRow> rows) {
        var tallies = new ArrayList<>(Collections.nCopies(Site.PARTITIONS, PartitionDigest.EMPTY));
        var hash = new RowHash();
        for (var row : rows) {
            int home = row.key().partition(Site.PARTITIONS);
            tallies.set(home, tallies.get(home).with(hash.of(row.key(), row.tags())));
        }
        return tallies.stream().map(PartitionDigest::checksum).toList();
    }

    private static void send(Site site, HeadRow row, int partition) {
        var serdes = site.settings().serdes();
        String topic = site.settings().topics().name(Topic.HEAD_TAGS);
        write(
                site,
                partition,
                key(site, row.key()),
                serdes.value(Topic.HEAD_TAGS).serializer().serialize(topic, row.tags()));
    }

    private static void remove(Site site, HeadRow row, int partition) {
        write(site, partition, key(site, row.key()), null);
    }

    private static byte[] key(Site site, QueryKey key) {
        return site.settings()
                .serdes()
                .key(Topic.HEAD_TAGS)
                .serializer()
                .serialize(
                        site.settings().topics().name(Topic.HEAD_TAGS),
                        new HeadKey("v1", key.segment(), key.canonical()));
    }

    private static void write(Site site, int partition, byte[] key, byte[] row) {
        try (var sender = site.sender()) {
            sender.send(new ProducerRecord<>(site.settings().topics().name(Topic.HEAD_TAGS), partition, key, row));
        }
    }

    /** Canonical queries of the rows that the topic holds of a snapshot now, in order. */
    static List<String> rows(Site site, String id) {
        var found = new TreeSet<String>();
        var topic = SnapshotTopics.headTags(site.settings());
        for (int i = 0; i < Site.PARTITIONS; i++) {
            topic.read(i, new HeadTagsTopic.Reader() {
                @Override
                public void row(HeadKey key, io.tagweir.avro.HeadTags row) {
                    if (key.getSnapshot().equals(id)) {
                        if (row == null) {
                            found.remove(key.getQuery());
                        } else {
                            found.add(key.getQuery());
                        }
                    }
                }

                @Override
                public void undecodable(long offset, String why) {
                    throw new AssertionError(why);
                }
            });
        }
        return List.copyOf(found);
    }

    static Ran run(Site site, String command, String... more) {
        return Ran.command(arguments(site, command, more));
    }

    /** What is typed for a command on the snapshots of a site. */
    static String[] arguments(Site site, String command, String... more) {
        var args = new ArrayList<>(List.of("snapshot", command));
        site.given("command", Map.of()).forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
        args.addAll(Arrays.asList(more));
        return args.toArray(String[]::new);
    }

    static void refused(Ran ran, String... problems) {
        assertThat(ran.err()).containsExactly(problems);
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    static Snapshot control(Site site, String id) {
        return SnapshotTopics.control(site.settings()).read().require(id);
    }

    private static String file(String... rows) throws IOException {
        return Files.write(Files.createTempFile(dir, "rows", ".jsonl"), List.of(rows))
                .toString();
    }

    private static String row(String query, String label, int start, int end) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":" + start + ",\"end\":"
                + end + "}],\"tagged_at\":\"2026-03-01T00:00:00Z\"}";
    }
}
