package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.app.student.LabelledQueryFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Tag;
import io.tagweir.query.HeldOut;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.export.TrainingSet;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands that compare a snapshot with live traffic and export it as a training set. */
class SnapshotCheckAndExportIT {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @Test
    void candidateWithTooFewRowsIsRefusedWithTheFigures() throws IOException {
        var deployment = CLUSTER.deployment("few");
        activate(deployment, publish(deployment, "v1", rows(0, 10, "product")));
        publish(deployment, "v2", rows(0, 3, "product"));
        var check = deployment.command("snapshot", "check", "v2").assertRefused();
        assertThat(check.err())
                .startsWith(
                        "tagweir: the 3 rows of v2 are 0.300 of the 10 of v1; the limit is at least 0.8"
                                + " (snapshot.gate.rows.min.ratio)",
                        "tagweir: 7 rows of v1 are gone and 0 changed in v2, 0.700 of its 10; the limit is at most 0.5"
                                + " (snapshot.gate.churn.max.ratio)")
                .hasSize(3);
        assertThat(String.join("\n", check.out()))
                .contains("coverage is unknown: there are no recent queries")
                .contains("not enough traffic to judge coverage: 0 recent queries, and 200 are needed");
        assertThat(deployment.command("snapshot", "check", "v9").err())
                .containsExactly("tagweir: there is no snapshot v9; known: v1, v2");

        assertThat(override(deployment.command("snapshot", "activate", "v2", "--wait", "7")))
                .contains(" --wait 7 ");
        var pasted = override(check).split(" ", -1);
        assertThat(CommandResult.of(Arrays.copyOfRange(pasted, 1, pasted.length))
                        .out())
                .contains("overridden: the 3 rows of v2 are 0.300 of the 10 of v1; the limit is at least 0.8"
                        + " (snapshot.gate.rows.min.ratio)")
                .anyMatch(line -> line.startsWith("v2 ACTIVE "));
    }

    /**
     * As many rows, and nearly the same ones, but without the most frequent query.
     *
     * <pre>
     *   traffic   q0 q0 q0 q0 q0 q1 q2 q3 q4 q5, one a second
     *   v1        q0 ... q19    10 of 10
     *   v2        q1 ... q20     5 of 10
     * </pre>
     */
    @Test
    void candidateThatLacksWhatIsAskedForIsRefused() throws IOException {
        var deployment = CLUSTER.deployment("coverage");
        activate(deployment, publish(deployment, "v1", rows(0, 20, "product")));
        publish(deployment, "v2", rows(1, 21, "product"));
        traffic(deployment, List.of("q0", "q0", "Q0", " q0", "q0", "q1", "q2", "q3", "q4", "q5"));
        var report = CLUSTER.dir().resolve("coverage.json");
        var tooFew = deployment.command("snapshot", "check", "v2").assertSuccess();
        assertThat(String.join("\n", tooFew.out()))
                .contains("not enough traffic to judge coverage: 10 recent queries, and 200 are needed"
                        + " (snapshot.gate.traffic.min.queries)");
        var enough = "snapshot.gate.traffic.min.queries=10";
        var check = deployment
                .command("snapshot", "check", "v2", "--report", report.toString(), "--set", enough)
                .assertRefused();
        assertThat(check.err())
                .hasSize(2)
                .first()
                .isEqualTo("tagweir: v2 holds 5 of the latest 10 queries and v1 10: 0.500 of its coverage; the"
                        + " limit is at least 0.95 (snapshot.gate.coverage.min.ratio)");
        assertThat(override(check)).contains(" --set " + enough + " ").doesNotContain("--report");
        var json = JSON.readTree(report.toFile());
        assertThat(json.path("breaches")).hasSize(1);
        assertThat(json.at("/candidate/hit_share").asDouble()).isEqualTo(0.5);
        assertThat(json.at("/candidate/misses_per_s").asDouble()).isCloseTo(0.5, within(1e-9));
        assertThat(json.at("/active/misses_per_s").asDouble()).isZero();
    }

    @Test
    void goodCandidatePassesWithAForecastNextToThatOfTheActiveOne() throws IOException {
        var deployment = CLUSTER.deployment("good");
        activate(deployment, publish(deployment, "v1", rows(0, 20, "product")));
        var better = new ArrayList<>(rows(0, 25, "product"));
        better.set(0, row("q0", "creator"));
        publish(deployment, "v2", better);
        traffic(deployment, IntStream.range(16, 27).mapToObj(i -> "q" + i).toList());
        deployment.writeBytes(Topic.QUERIES, null, new byte[] {1, 2, 3});
        var report = CLUSTER.dir().resolve("good.json");
        var check = deployment.command("snapshot", "check", "v2", "--report", report.toString());
        assertThat(check.err()).isEmpty();
        check.assertSuccess();
        var json = JSON.readTree(report.toFile());
        assertThat(json.path("churn"))
                .isEqualTo(JSON.readTree("{\"added\":5,\"gone\":0,\"changed\":1,\"share\":0.05}"));
        assertThat(json.at("/traffic/queries").asInt()).isEqualTo(11);
        assertThat(json.at("/traffic/unusable").asInt()).isEqualTo(1);
        assertThat(json.at("/traffic/queries_per_s").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(json.at("/candidate/misses_per_s").asDouble()).isCloseTo(2 / 11.0, within(1e-9));
        assertThat(json.at("/active/misses_per_s").asDouble()).isCloseTo(7 / 11.0, within(1e-9));
        assertThat(check.out())
                .anySatisfy(line -> assertThat(line).containsPattern("hit share, unique queries +81.82 % +36.36 %"));
        assertThat(check.out()).anyMatch(line -> line.startsWith("forecast from 11 queries (11 unique, 1 unusable)"));

        var first = deployment.command("snapshot", "check", "v1").assertSuccess();
        assertThat(String.join("\n", first.out())).contains("no other snapshot is active");
    }

    @Test
    void rowsThatAreNotTheSealedOnesAreFoundByGateAndExport() throws IOException {
        var deployment = CLUSTER.deployment("tampered");
        var sealed = publish(deployment, "v1", rows(0, 10, "product"));
        resend(deployment, "v1", "q3", "product");
        assertThat(deployment.command("snapshot", "check", "v1").exitCode())
                .as("the same row again")
                .isZero();

        resend(deployment, "v1", "q3", "creator");
        int partition = new QueryKey("", "q3").partition(Deployment.PARTITIONS);
        var check = deployment.command("snapshot", "check", "v1").assertRefused();
        assertThat(check.err())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("tagweir: partition " + partition + " of v1 does not hold what was sealed: found "
                        + sealed.getPartitionRows().get(partition) + " rows");

        var out = CLUSTER.dir().resolve("tampered");
        var export = deployment
                .command("snapshot", "export", "v1", "--out", out.toString())
                .assertRefused();
        assertThat(export.err())
                .singleElement()
                .asString()
                .contains("partition " + partition + " of the topic does not hold the sealed rows")
                .endsWith("nothing was exported");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void exportedSnapshotIsPublishedAgainWithTheSameChecksums() throws IOException {
        var deployment = CLUSTER.deployment("again");
        var teacher = new ArrayList<>(rows(0, 200, "product"));
        teacher.add("{\"query\":\"Rote  Schuhe\",\"segment\":\"de\",\"tags\":[{\"label\":\"color\",\"value\":\"red\","
                + "\"start\":0,\"end\":4,\"score\":0.1},{\"label\":\"product\",\"start\":6,\"end\":12,\"score\":0.7}],"
                + "\"tagged_at\":\"2026-01-02T03:04:05.678Z\",\"expires_at\":\"2027-01-01T00:00:00Z\","
                + "\"depends_on\":[\"e1\",\"e2\"]}");
        teacher.add("{\"query\":\"redshoes\",\"tags\":[{\"label\":\"color\",\"start\":0,\"end\":3,\"score\":1}]}");
        var v1 = publish(deployment, "v1", teacher);
        resend(deployment, "v1", "q3", "product");
        var out = CLUSTER.dir().resolve("again");
        var export = deployment.command("snapshot", "export", "v1", "--out", out.toString(), "--heldout", "0.2");
        assertThat(export.err()).isEmpty();
        export.assertSuccess();
        var train = Files.readAllLines(out.resolve(TrainingSet.TRAIN));
        var kept = Files.readAllLines(out.resolve(TrainingSet.HELD_OUT));
        assertThat(train.size() + kept.size()).isEqualTo(202);
        assertThat(kept.size()).isBetween(20, 60);
        assertThat(keyTexts(train)).isSorted();
        assertThat(keyTexts(kept)).isSorted();
        var manifest = JSON.readTree(out.resolve(TrainingSet.MANIFEST).toFile());
        assertThat(manifest.at("/train/rows").asInt()).isEqualTo(train.size());
        assertThat(manifest.at("/train/without_labels").asInt()
                        + manifest.at("/held_out/without_labels").asInt())
                .isEqualTo(1);
        assertThat(manifest.path("rows").asInt()).isEqualTo(202);
        assertThat(manifest.path("partitions")).hasSize(Deployment.PARTITIONS);

        var all = new ArrayList<>(kept);
        all.addAll(train);
        var v2 = publish(deployment, "v2", all);
        assertThat(v2.getPartitionRows()).isEqualTo(v1.getPartitionRows());
        assertThat(v2.getPartitionChecksums()).isEqualTo(v1.getPartitionChecksums());

        var labelled = LabelledQueryFile.read(out.resolve(TrainingSet.TRAIN));
        assertThat(labelled.queries().size() + labelled.skipped()).isEqualTo(train.size());
        assertThat(deployment
                        .command("snapshot", "export", "v2", "--out", out.toString())
                        .err())
                .containsExactly("tagweir: the directory " + out + " is not empty");
        deployment
                .command("snapshot", "export", "v2", "--out", out + "2", "--heldout", "1")
                .assertRefused();
    }

    @Test
    void whatIsHeldOutOnceIsHeldOutInEverySnapshotAndSegment() throws IOException {
        var deployment = CLUSTER.deployment("heldout");
        publish(deployment, "v1", rows(0, 300, "product"));
        var later = new ArrayList<>(rows(100, 400, "creator"));
        rows(100, 200, "product").forEach(row -> later.add("{\"segment\":\"de\"," + row.substring(1)));
        publish(deployment, "v2", later);
        var first = heldOut(deployment, "v1");
        var second = heldOut(deployment, "v2");
        var both = IntStream.range(100, 300).mapToObj(i -> "q" + i).collect(Collectors.toSet());
        var firstOfBoth = new TreeSet<>(first);
        firstOfBoth.retainAll(both);
        var secondOfBoth = new TreeSet<>(second);
        secondOfBoth.retainAll(both);
        assertThat(firstOfBoth).isNotEmpty().isEqualTo(secondOfBoth);
        assertThat(first).allMatch(new HeldOut(0.1)::contains);
    }

    @Test
    void onlyWhatIsSealedAndGoodIsExported() throws IOException {
        var deployment = CLUSTER.deployment("states");
        var v1 = publish(deployment, "v1", rows(0, 3, "product"));
        deployment.writeControl(
                Snapshot.newBuilder(v1).setState(SnapshotState.QUARANTINED).build());
        deployment.writeControl(Snapshot.newBuilder()
                .setId("v2")
                .setState(SnapshotState.PUBLISHING)
                .setCreatedAt(START)
                .build());
        var out = CLUSTER.dir().resolve("states").toString();
        for (String id : List.of("v1", "v2", "v3")) {
            assertThat(deployment
                            .command("snapshot", "export", id, "--out", out)
                            .exitCode())
                    .as(id)
                    .isEqualTo(2);
            assertThat(deployment.command("snapshot", "check", id).exitCode())
                    .as(id)
                    .isEqualTo(2);
        }
        assertThat(Path.of(out)).doesNotExist();
    }

    @Test
    void requestsArePrintedMostWantedFirstAndTheNewestOfEachKey() throws IOException {
        var deployment = CLUSTER.deployment("requests");
        request(deployment, "tea", MissReason.GENUINE, 900);
        request(deployment, "milk", MissReason.GENUINE, 5);
        request(deployment, "tea", MissReason.STALE, 2);
        request(deployment, "bread", MissReason.INVALIDATED, 7);
        deployment.writeBytes(Topic.HEAD_REQUESTS, "x", new byte[] {7});
        var all = deployment.command("snapshot", "requests").assertSuccess();
        assertThat(all.err()).singleElement().asString().startsWith("ignored: the record at offset ");
        assertThat(all.out().get(0))
                .isEqualTo("{\"query\":\"bread\",\"segment\":\"\",\"reason\":\"INVALIDATED\",\"count\":7,"
                        + "\"snapshot\":\"v1\",\"from\":\"2026-03-01T00:00:00Z\",\"to\":\"2026-03-01T00:01:00Z\"}");
        assertThat(texts(all.out(), "query")).containsExactly("bread", "milk", "tea");
        assertThat(texts(
                        deployment.command("snapshot", "requests", "--top", "2").out(), "query"))
                .containsExactly("bread", "milk");
        assertThat(texts(
                        deployment
                                .command("snapshot", "requests", "--reason", "stale")
                                .out(),
                        "query"))
                .containsExactly("tea");
        deployment.command("snapshot", "requests", "--top", "0").assertRefused();
    }

    /** The command that a refusal ends with. */
    private static String override(CommandResult refused) {
        String prefix = "tagweir: to override this: ";
        String last = refused.err().get(refused.err().size() - 1);
        assertThat(last)
                .startsWith(prefix + "./tagweir snapshot activate v2 ")
                .contains(" --set ")
                .endsWith(" --force");
        return last.substring(prefix.length());
    }

    /** Publishes rows with the command; returns the sealed control record. */
    private static Snapshot publish(Deployment deployment, String id, List<String> rows) throws IOException {
        deployment
                .command("snapshot", "publish", id, "--file", CLUSTER.file(rows))
                .assertSuccess();
        return deployment.snapshot(id);
    }

    /** Activates without asking the gate, which is what is tested. */
    private static void activate(Deployment deployment, Snapshot sealed) {
        deployment.writeControl(Snapshot.newBuilder(sealed)
                .setState(SnapshotState.ACTIVE)
                .setActivations(List.of(START))
                .build());
    }

    /** Writes a row once more, as a teacher might that writes to the topic itself. */
    private static void resend(Deployment deployment, String snapshot, String query, String label) {
        var tag = new Tag(label, query, 0, query.length(), 0.5f);
        var row = new HeadRow(new QueryKey("", query), new HeadTags(List.of(tag), START, null, List.of()));
        deployment.writeRow(snapshot, row, 0);
    }

    private static List<String> rows(int from, int to, String label) {
        return IntStream.range(from, to).mapToObj(i -> row("q" + i, label)).toList();
    }

    private static String row(String query, String label) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":0,\"end\":"
                + query.length() + ",\"score\":0.5}],\"tagged_at\":\"" + START + "\"}";
    }

    /** One query a second from {@link #START}. */
    private static void traffic(Deployment deployment, List<String> queries) {
        for (int i = 0; i < queries.size(); i++) {
            deployment.query("id" + i, queries.get(i), START.plus(Duration.ofSeconds(i)));
        }
    }

    private static void request(Deployment deployment, String query, MissReason reason, long count) {
        var request = new HeadRequest("", query, reason, count, "v1", START, START.plusSeconds(60));
        deployment.write(Topic.HEAD_REQUESTS, query, request);
    }

    private static Set<String> heldOut(Deployment deployment, String id) throws IOException {
        var out = CLUSTER.dir().resolve("heldout-" + id);
        deployment.command("snapshot", "export", id, "--out", out.toString()).assertSuccess();
        return new TreeSet<>(texts(Files.readAllLines(out.resolve(TrainingSet.HELD_OUT)), "query"));
    }

    private static List<String> keyTexts(List<String> lines) throws IOException {
        var texts = new ArrayList<String>();
        for (String line : lines) {
            JsonNode row = JSON.readTree(line);
            texts.add(
                    new QueryKey(row.path("segment").asText(), row.path("query").asText()).text());
        }
        return texts;
    }

    private static List<String> texts(List<String> lines, String field) throws IOException {
        var texts = new ArrayList<String>();
        for (String line : lines) {
            texts.add(JSON.readTree(line).path(field).asText());
        }
        return texts;
    }
}
