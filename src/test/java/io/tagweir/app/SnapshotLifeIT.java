package io.tagweir.app;

import static io.tagweir.app.SnapshotPublishIT.control;
import static io.tagweir.app.SnapshotPublishIT.refused;
import static io.tagweir.app.SnapshotPublishIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person types from the first snapshot to the last, beside an application that runs. */
class SnapshotLifeIT {

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

    /**
     *
     *
     * <pre>
     *   v1 published, active ── v2 refused by the gate, forced ── rolled back ──► v1 ── v2 retired
     * </pre>
     */
    @Test
    void snapshotIsPublishedVerifiedForcedRolledBackAndRetired() throws Exception {
        var site = new Site(cluster, "life", dir, Map.of(AppSettings.ACTIVATION_LEAD, "0"));
        try (var application = site.start("life", new FakeStudent(), Map.of())) {
            var first = run(site, "publish", "--activate", "v1", "--file", file("v1", 40));
            assertThat(first.exitCode()).as("%s", first.err()).isZero();
            assertThat(run(site, "publish", "v2", "--file", file("v2", 10)).exitCode())
                    .isZero();

            var sealed = control(site, "v2");
            var verify = run(site, "verify", "v2", "--wait", "60");
            assertThat(verify.err()).isEmpty();
            assertThat(verify.exitCode()).isZero();
            assertThat(verify.out())
                    .containsExactlyElementsOf(IntStream.range(0, Site.PARTITIONS)
                            .mapToObj(i -> "v2 on life, partition %1$d: %2$d/%2$d rows, checksum %3$x, verified"
                                    .formatted(
                                            i,
                                            sealed.getPartitionRows().get(i),
                                            sealed.getPartitionChecksums().get(i)))
                            .toList());

            String few = "the 10 rows of v2 are 0.250 of the 40 of v1; the limit is at least 0.8"
                    + " (snapshot.gate.rows.min.ratio)";
            var gate = run(site, "activate", "v2");
            assertThat(gate.exitCode()).isEqualTo(2);
            assertThat(gate.err()).contains("tagweir: " + few);
            assertThat(control(site, "v2").getState()).isEqualTo(SnapshotState.SEALED);

            var past = Clock.systemUTC().instant();
            assertThat(run(site, "activate", "v2", "--from", past.toString()).err())
                    .contains("tagweir: queries from " + past
                            + " on have been answered from v1; an activation from then on would change that");

            assertThat(run(site, "activate", "v2", "--force").out()).contains("overridden: " + few);
            assertThat(control(site, "v2").getForced()).contains(few);
            assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.SUPERSEDED);
            assertThat(run(site, "list").out())
                    .anyMatch(line -> line.startsWith("v2 ") && line.endsWith("  (answers now)"))
                    .contains("    overridden: " + few, "    life: 0 verified, 1 verified, 2 verified, 3 verified");

            var stored = application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED);
            assertThat(run(site, "rollback", "--reason", "too few").out().get(0))
                    .isEqualTo("v2 QUARANTINED: too few");
            assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.ACTIVE);
            refused(
                    run(site, "activate", "v2", "--force"),
                    "tagweir: the snapshot v2 is QUARANTINED and can't become active");
            refused(
                    run(site, "quarantine", "v2", "--reason", "again"),
                    "tagweir: the snapshot v2 is QUARANTINED already: too few");
            refused(
                    run(site, "rollback"),
                    "tagweir: there is no good snapshot to go back to from v1; considered: v1 (ACTIVE), v2 (QUARANTINED)");
            refused(run(site, "retire", "v1"), "tagweir: the snapshot v1 answers now");
            assertThat(run(site, "retire", "v2").err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: the snapshot v2 answered until ");

            assertThat(rowsIn(application)).isEqualTo(50);
            assertThat(run(site, "retire", "v2", "--min-age", "PT0S", "--reason", "no use")
                            .out())
                    .containsExactly("v2 QUARANTINED", "10 rows removed from life-head-tags");
            assertThat(run(site, "list").out()).contains("    quarantined: too few; retired: no use");
            Await.until("the store to shrink", Site.PATIENCE, () -> rowsIn(application) == 40);
            assertThat(SnapshotPublishIT.rows(site, "v2")).isEmpty();
            assertThat(SnapshotPublishIT.rows(site, "v1")).hasSize(40);
            assertThat(run(site, "verify", "v1").exitCode()).isZero();
            assertThat(application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED))
                    .as("nothing was loaded again")
                    .isEqualTo(stored);
        }
    }

    @Test
    void snapshotThatIsNotKnownOrNotWholeIsRefusedByEveryCommandAndNeverActivatedAround() throws Exception {
        var site = new Site(cluster, "unknown", dir, Map.of());
        site.publish("v1", Clock.systemUTC().instant(), List.of("milk", "tea"));
        for (var command : List.of(
                List.of("activate", "v9", "--force"),
                List.of("verify", "v9"),
                List.of("check", "v9"),
                List.of("quarantine", "v9", "--reason", "bad"),
                List.of("retire", "v9"),
                List.of("export", "v9", "--out", dir.resolve("v9").toString()))) {
            var more = command.subList(1, command.size()).toArray(String[]::new);
            refused(run(site, command.get(0), more), "tagweir: there is no snapshot v9; known: v1");
        }
        try (var application = site.start("unknown", new FakeStudent(), Map.of())) {
            Await.until(
                    "v1 to be verified",
                    Site.PATIENCE,
                    () -> application.primed(Clock.systemUTC().instant()) == Site.PARTITIONS);
            var v1 = control(site, "v1");
            var oneMore = v1.getPartitionRows().stream().map(rows -> rows + 1).toList();
            write(
                    site,
                    "v2",
                    Snapshot.newBuilder(v1)
                            .setId("v2")
                            .setState(SnapshotState.SEALED)
                            .setActivations(List.of())
                            .setPartitionRows(oneMore)
                            .build());
            var activate = run(site, "activate", "v2", "--force", "--wait", "1");
            assertThat(activate.exitCode()).isEqualTo(2);
            assertThat(activate.err())
                    .hasSize(Site.PARTITIONS)
                    .allMatch(line -> line.contains("v2 on unknown, partition ") && line.contains("not verified"));
            assertThat(control(site, "v2").getState()).isEqualTo(SnapshotState.SEALED);
        }
    }

    /** A foreign writer breaks the rules: every reader leaves that out, says so, and goes on with what was good. */
    @Test
    void controlRecordsThatBreakTheRulesAreLeftOutCountedAndShownAndARepetitionChangesNothing() throws Exception {
        var site = new Site(cluster, "rules", dir, Map.of());
        site.publish("v1", Clock.systemUTC().instant(), List.of("milk"));
        var v1 = control(site, "v1");
        write(site, "v1", v1);
        write(
                site,
                "v1",
                Snapshot.newBuilder(v1).setState(SnapshotState.PUBLISHING).build());
        write(
                site,
                "v1",
                Snapshot.newBuilder(v1).setState(SnapshotState.RETIRED).build());
        write(site, "v1", Snapshot.newBuilder(v1).setTaxonomy("other").build());
        write(
                site,
                "v2",
                Snapshot.newBuilder(v1).setPartitionRows(List.of()).setId("v2").build());
        write(site, "v3", v1);
        begin(site, Snapshot.newBuilder(v1).setState(SnapshotState.QUARANTINED).build());
        send(site, "v1", new byte[] {7, 7, 7});
        send(site, "v1", null);
        try (var application = site.start("rules", new FakeStudent(), Map.of())) {
            Await.until(
                    "v1 to be verified",
                    Site.PATIENCE,
                    () -> application.primed(Clock.systemUTC().instant()) == Site.PARTITIONS);
            var meters = application.meters();
            assertThat(meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.OUT_OF_ORDER))
                    .isEqualTo(2);
            assertThat(meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.CHANGED_AFTER_SEAL))
                    .isOne();
            assertThat(meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.NO_MANIFEST))
                    .isOne();
            assertThat(meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.WRONG_KEY))
                    .isOne();
            assertThat(meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.UNDECODABLE))
                    .isOne();
            assertThat(meters.total(MeterName.CONTROL_REFUSED)).isEqualTo(6);
            assertThat(meters.total(MeterName.DEAD_LETTERS))
                    .as("each is still where it was")
                    .isZero();
        }
        try (var outputs = site.outputs()) {
            outputs.pollToEnd();
            assertThat(outputs.deadLetters()).isEmpty();
        }
        var list = run(site, "list");
        assertThat(list.err())
                .hasSize(6)
                .anyMatch(line -> line.endsWith("the snapshot v1 is ACTIVE and can't become PUBLISHING"))
                .anyMatch(line -> line.endsWith("the snapshot v1 is ACTIVE and can't become RETIRED"))
                .anyMatch(line -> line.endsWith("the snapshot v1 was sealed with other rows"))
                .anyMatch(line -> line.endsWith("the snapshot v2 is ACTIVE without a manifest"))
                .anyMatch(line -> line.endsWith("a control record of v1 has the key v3"));
        assertThat(control(site, "v1")).isEqualTo(v1);
    }

    /** As a command that is killed before it commits: its transaction is aborted. */
    private static void begin(Site site, Snapshot control) {
        var config = new HashMap<>(site.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "killed");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(site, control.getId(), bytes(site, control)));
            producer.flush();
            producer.abortTransaction();
        }
    }

    private static long rowsIn(Application application) {
        var store = application
                .streams()
                .store(StoreQueryParameters.fromNameAndType(
                        "head-tags", QueryableStoreTypes.<String, byte[]>keyValueStore()));
        long rows = 0;
        try (var all = store.all()) {
            while (all.hasNext()) {
                rows += all.next().key.startsWith("\t") ? 0 : 1;
            }
        }
        return rows;
    }

    private static void write(Site site, String key, Snapshot control) {
        send(site, key, bytes(site, control));
    }

    private static byte[] bytes(Site site, Snapshot control) {
        var serializer = site.settings().serdes().value(Topic.HEAD_SNAPSHOTS).serializer();
        return serializer.serialize(site.settings().topics().name(Topic.HEAD_SNAPSHOTS), control);
    }

    private static void send(Site site, String key, byte[] control) {
        try (var sender = site.sender()) {
            sender.send(record(site, key, control));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Site site, String key, byte[] control) {
        return new ProducerRecord<>(
                site.settings().topics().name(Topic.HEAD_SNAPSHOTS), key.getBytes(StandardCharsets.UTF_8), control);
    }

    private static String file(String label, int rows) throws IOException {
        var lines = IntStream.range(0, rows)
                .mapToObj(i ->
                        "{\"query\":\"q" + i + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":0,\"end\":2}]}")
                .toList();
        return Files.write(Files.createTempFile(dir, label, ".jsonl"), lines).toString();
    }
}
