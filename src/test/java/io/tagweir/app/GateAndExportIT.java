package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Tag;
import io.tagweir.local.LocalCluster;
import io.tagweir.query.HeldOut;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.export.TrainingSet;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who holds a snapshot against live traffic, and who makes a training set of one. */
class GateAndExportIT {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

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
    void candidateWithTooFewRowsIsRefusedWithTheFigures() throws IOException {
        var site = site("few");
        activate(site, publish(site, "v1", rows(0, 10, "product")));
        publish(site, "v2", rows(0, 3, "product"));
        var check = run(site, "check", "v2");
        assertThat(check.exitCode()).isEqualTo(2);
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
        assertThat(run(site, "check", "v9").err()).containsExactly("tagweir: there is no snapshot v9; known: v1, v2");

        assertThat(override(run(site, "activate", "v2", "--wait", "7"))).contains(" --wait 7 ");
        var pasted = override(check).split(" ", -1);
        assertThat(Ran.command(Arrays.copyOfRange(pasted, 1, pasted.length)).out())
                .contains("overridden: the 3 rows of v2 are 0.300 of the 10 of v1; the limit is at least 0.8"
                        + " (snapshot.gate.rows.min.ratio)")
                .anyMatch(line -> line.startsWith("v2 ACTIVE "));
    }

    /**
     * As many rows, and nearly the same ones; but the one that is gone is what everybody asks for.
     *
     * <pre>
     *   traffic   q0 q0 q0 q0 q0 q1 q2 q3 q4 q5, one a second
     *   v1        q0 ... q19    10 of 10
     *   v2        q1 ... q20     5 of 10
     * </pre>
     */
    @Test
    void candidateThatLacksWhatIsAskedForIsRefused() throws IOException {
        var site = site("coverage");
        activate(site, publish(site, "v1", rows(0, 20, "product")));
        publish(site, "v2", rows(1, 21, "product"));
        traffic(site, List.of("q0", "q0", "Q0", " q0", "q0", "q1", "q2", "q3", "q4", "q5"));
        var report = dir.resolve("coverage.json");
        var tooFew = run(site, "check", "v2");
        assertThat(tooFew.exitCode()).isZero();
        assertThat(String.join("\n", tooFew.out()))
                .contains("not enough traffic to judge coverage: 10 recent queries, and 200 are needed"
                        + " (snapshot.gate.traffic.min.queries)");
        var enough = "snapshot.gate.traffic.min.queries=10";
        var check = run(site, "check", "v2", "--report", report.toString(), "--set", enough);
        assertThat(check.exitCode()).isEqualTo(2);
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
    void goodCandidatePassesWithAForecastBesideTheActiveOne() throws IOException {
        var site = site("good");
        activate(site, publish(site, "v1", rows(0, 20, "product")));
        var better = new ArrayList<>(rows(0, 25, "product"));
        better.set(0, row("q0", "creator"));
        publish(site, "v2", better);
        traffic(site, IntStream.range(16, 27).mapToObj(i -> "q" + i).toList());
        try (var sender = site.sender()) {
            sender.send(new ProducerRecord<>(site.settings().topics().name(Topic.QUERIES), new byte[] {1, 2, 3}));
        }
        var report = dir.resolve("good.json");
        var check = run(site, "check", "v2", "--report", report.toString());
        assertThat(check.err()).isEmpty();
        assertThat(check.exitCode()).isZero();
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

        var first = run(site, "check", "v1");
        assertThat(first.exitCode()).isZero();
        assertThat(String.join("\n", first.out())).contains("no other snapshot is active");
    }

    @Test
    void rowsThatAreNotTheSealedOnesAreFoundByGateAndExport() throws IOException {
        var site = site("tampered");
        var sealed = publish(site, "v1", rows(0, 10, "product"));
        resend(site, "v1", "q3", "product");
        assertThat(run(site, "check", "v1").exitCode()).as("the same row again").isZero();

        resend(site, "v1", "q3", "creator");
        int partition = new QueryKey("", "q3").partition(Site.PARTITIONS);
        var check = run(site, "check", "v1");
        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.err())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("tagweir: partition " + partition + " of v1 does not hold what was sealed: found "
                        + sealed.getPartitionRows().get(partition) + " rows");

        var out = dir.resolve("tampered");
        var export = run(site, "export", "v1", "--out", out.toString());
        assertThat(export.exitCode()).isEqualTo(2);
        assertThat(export.err())
                .singleElement()
                .asString()
                .contains("partition " + partition + " of the topic does not hold the sealed rows")
                .endsWith("nothing was exported");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void exportedSnapshotIsPublishedAgainWithTheSameChecksums() throws IOException {
        var site = site("again");
        var teacher = new ArrayList<>(rows(0, 200, "product"));
        teacher.add("{\"query\":\"Rote  Schuhe\",\"segment\":\"de\",\"tags\":[{\"label\":\"color\",\"value\":\"red\","
                + "\"start\":0,\"end\":4,\"score\":0.1},{\"label\":\"product\",\"start\":6,\"end\":12,\"score\":0.7}],"
                + "\"tagged_at\":\"2026-01-02T03:04:05.678Z\",\"expires_at\":\"2027-01-01T00:00:00Z\","
                + "\"depends_on\":[\"e1\",\"e2\"]}");
        teacher.add("{\"query\":\"redshoes\",\"tags\":[{\"label\":\"color\",\"start\":0,\"end\":3,\"score\":1}]}");
        var v1 = publish(site, "v1", teacher);
        resend(site, "v1", "q3", "product");
        var out = dir.resolve("again");
        var export = run(site, "export", "v1", "--out", out.toString(), "--heldout", "0.2");
        assertThat(export.err()).isEmpty();
        assertThat(export.exitCode()).isZero();
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
        assertThat(manifest.path("partitions")).hasSize(Site.PARTITIONS);

        var all = new ArrayList<>(kept);
        all.addAll(train);
        var v2 = publish(site, "v2", all);
        assertThat(v2.getPartitionRows()).isEqualTo(v1.getPartitionRows());
        assertThat(v2.getPartitionChecksums()).isEqualTo(v1.getPartitionChecksums());

        var labelled = LabelledQueryFile.read(out.resolve(TrainingSet.TRAIN));
        assertThat(labelled.queries().size() + labelled.skipped()).isEqualTo(train.size());
        assertThat(run(site, "export", "v2", "--out", out.toString()).err())
                .containsExactly("tagweir: the directory " + out + " is not empty");
        assertThat(run(site, "export", "v2", "--out", out + "2", "--heldout", "1")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void whatIsHeldOutOnceIsHeldOutInEverySnapshotAndSegment() throws IOException {
        var site = site("heldout");
        publish(site, "v1", rows(0, 300, "product"));
        var later = new ArrayList<>(rows(100, 400, "creator"));
        rows(100, 200, "product").forEach(row -> later.add("{\"segment\":\"de\"," + row.substring(1)));
        publish(site, "v2", later);
        var first = heldOut(site, "v1");
        var second = heldOut(site, "v2");
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
        var site = site("states");
        var v1 = publish(site, "v1", rows(0, 3, "product"));
        write(site, Snapshot.newBuilder(v1).setState(SnapshotState.QUARANTINED).build());
        write(
                site,
                Snapshot.newBuilder()
                        .setId("v2")
                        .setState(SnapshotState.PUBLISHING)
                        .setCreatedAt(START)
                        .build());
        var out = dir.resolve("states").toString();
        for (String id : List.of("v1", "v2", "v3")) {
            assertThat(run(site, "export", id, "--out", out).exitCode()).as(id).isEqualTo(2);
            assertThat(run(site, "check", id).exitCode()).as(id).isEqualTo(2);
        }
        assertThat(Path.of(out)).doesNotExist();
    }

    @Test
    void requestsArePrintedMostWantedFirstAndTheNewestOfEachKey() throws IOException {
        var site = site("requests");
        try (var sender = site.sender()) {
            request(site, sender, "tea", MissReason.GENUINE, 900);
            request(site, sender, "milk", MissReason.GENUINE, 5);
            request(site, sender, "tea", MissReason.STALE, 2);
            request(site, sender, "bread", MissReason.INVALIDATED, 7);
            sender.send(new ProducerRecord<>(
                    site.settings().topics().name(Topic.HEAD_REQUESTS),
                    "x".getBytes(StandardCharsets.UTF_8),
                    new byte[] {7}));
        }
        var all = run(site, "requests");
        assertThat(all.exitCode()).isZero();
        assertThat(all.err()).singleElement().asString().startsWith("ignored: the record at offset ");
        assertThat(all.out().get(0))
                .isEqualTo("{\"query\":\"bread\",\"segment\":\"\",\"reason\":\"INVALIDATED\",\"count\":7,"
                        + "\"snapshot\":\"v1\",\"from\":\"2026-03-01T00:00:00Z\",\"to\":\"2026-03-01T00:01:00Z\"}");
        assertThat(texts(all.out(), "query")).containsExactly("bread", "milk", "tea");
        assertThat(texts(run(site, "requests", "--top", "2").out(), "query")).containsExactly("bread", "milk");
        assertThat(texts(run(site, "requests", "--reason", "stale").out(), "query"))
                .containsExactly("tea");
        assertThat(run(site, "requests", "--top", "0").exitCode()).isEqualTo(2);
    }

    private static Site site(String name) {
        return new Site(cluster, name, dir, Map.of());
    }

    /** The command that a refusal ends with. */
    private static String override(Ran refused) {
        String prefix = "tagweir: to override this: ";
        String last = refused.err().get(refused.err().size() - 1);
        assertThat(last)
                .startsWith(prefix + "./tagweir snapshot activate v2 --set ")
                .endsWith(" --force");
        return last.substring(prefix.length());
    }

    private static Ran run(Site site, String command, String... more) {
        var args = new ArrayList<>(List.of("snapshot", command));
        site.given("command", Map.of()).forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
        args.addAll(List.of(more));
        return Ran.command(args.toArray(String[]::new));
    }

    /** Publishes rows with the command; returns the sealed control record. */
    private static Snapshot publish(Site site, String id, List<String> rows) throws IOException {
        var file = Files.createTempFile(dir, id, ".jsonl");
        Files.write(file, rows);
        var published = run(site, "publish", id, "--file", file.toString());
        assertThat(published.exitCode()).as("%s", published.err()).isZero();
        return SnapshotTopics.control(site.settings()).read().byId().get(id);
    }

    /** Activates without asking anybody: the gate's own answer is what is tested. */
    private static void activate(Site site, Snapshot sealed) {
        write(
                site,
                Snapshot.newBuilder(sealed)
                        .setState(SnapshotState.ACTIVE)
                        .setActivations(List.of(START))
                        .build());
    }

    private static void write(Site site, Snapshot control) {
        String topic = site.settings().topics().name(Topic.HEAD_SNAPSHOTS);
        var serializer = site.settings().serdes().value(Topic.HEAD_SNAPSHOTS).serializer();
        try (var sender = site.sender()) {
            byte[] key = control.getId().getBytes(StandardCharsets.UTF_8);
            sender.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, control)));
        }
    }

    /** Writes a row once more, as a teacher who writes the topic might. */
    private static void resend(Site site, String snapshot, String query, String label) {
        String topic = site.settings().topics().name(Topic.HEAD_TAGS);
        var serdes = site.settings().serdes();
        var tag = new Tag(label, query, 0, query.length(), 0.5f);
        byte[] key = serdes.key(Topic.HEAD_TAGS).serializer().serialize(topic, new HeadKey(snapshot, "", query));
        byte[] row = serdes.value(Topic.HEAD_TAGS)
                .serializer()
                .serialize(topic, new HeadTags(List.of(tag), START, null, List.of()));
        try (var sender = site.sender()) {
            sender.send(new ProducerRecord<>(topic, new QueryKey("", query).partition(Site.PARTITIONS), key, row));
        }
    }

    private static List<String> rows(int from, int to, String label) {
        return IntStream.range(from, to).mapToObj(i -> row("q" + i, label)).toList();
    }

    private static String row(String query, String label) {
        return "{\"query\":\"" + query + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":0,\"end\":"
                + query.length() + ",\"score\":0.5}],\"tagged_at\":\"" + START + "\"}";
    }

    /** One query a second from {@link #START}. */
    private static void traffic(Site site, List<String> queries) {
        try (var sender = site.sender()) {
            for (int i = 0; i < queries.size(); i++) {
                long time = START.plus(Duration.ofSeconds(i)).toEpochMilli();
                sender.send(new ProducerRecord<>(
                        site.settings().topics().name(Topic.QUERIES),
                        null,
                        time,
                        null,
                        site.event("id" + i, queries.get(i))));
            }
        }
    }

    private static void request(Site site, Sender sender, String query, MissReason reason, long count) {
        String topic = site.settings().topics().name(Topic.HEAD_REQUESTS);
        var request = new HeadRequest("", query, reason, count, "v1", START, START.plusSeconds(60));
        sender.send(new ProducerRecord<>(
                topic,
                query.getBytes(StandardCharsets.UTF_8),
                site.settings().serdes().value(Topic.HEAD_REQUESTS).serializer().serialize(topic, request)));
    }

    private static Set<String> heldOut(Site site, String id) throws IOException {
        var out = dir.resolve("heldout-" + id);
        assertThat(run(site, "export", id, "--out", out.toString()).exitCode()).isZero();
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
