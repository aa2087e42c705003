package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.settings.AppSettings;
import static io.tagweir.testing.Eventually.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The {@code snapshot} commands, from publishing to retirement, while an application runs. */
class SnapshotCommandsIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   v1 published, active ── v2 refused by the gate, forced ── rolled back ──► v1 ── v2 retired
     * </pre>
     */
    @Test
    void snapshotIsPublishedVerifiedForcedRolledBackAndRetired() throws Exception {
        var deployment = CLUSTER.deployment("life", AppSettings.ACTIVATION_LEAD + "=0");
        try (var application = deployment.start("life")) {
            deployment
                    .command("snapshot", "publish", "--activate", "v1", "--file", file("v1", 40))
                    .assertSuccess();
            deployment
                    .command("snapshot", "publish", "v2", "--file", file("v2", 10))
                    .assertSuccess();

            var sealed = deployment.snapshot("v2");
            var verify = deployment.command("snapshot", "verify", "v2", "--wait", "60");
            assertThat(verify.err()).isEmpty();
            verify.assertSuccess();
            assertThat(verify.out())
                    .containsExactlyElementsOf(IntStream.range(0, Deployment.PARTITIONS)
                            .mapToObj(i -> "v2 on life, partition %1$d: %2$d/%2$d rows, checksum %3$x, verified"
                                    .formatted(
                                            i,
                                            sealed.getPartitionRows().get(i),
                                            sealed.getPartitionChecksums().get(i)))
                            .toList());

            String few = "the 10 rows of v2 are 0.250 of the 40 of v1; the limit is at least 0.8"
                    + " (snapshot.gate.rows.min.ratio)";
            var gate = deployment.command("snapshot", "activate", "v2").assertRefused();
            assertThat(gate.err()).contains("tagweir: " + few);
            assertThat(deployment.snapshot("v2").getState()).isEqualTo(SnapshotState.SEALED);

            var past = Instant.now();
            assertThat(deployment
                            .command("snapshot", "activate", "v2", "--from", past.toString())
                            .err())
                    .contains("tagweir: queries from " + past
                            + " on have been answered from v1; an activation from then on would change that");

            assertThat(deployment
                            .command("snapshot", "activate", "v2", "--force")
                            .out())
                    .contains("overridden: " + few);
            assertThat(deployment.snapshot("v2").getForced()).contains(few);
            assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.SUPERSEDED);
            assertThat(deployment.command("snapshot", "list").out())
                    .anyMatch(line -> line.startsWith("v2 ") && line.endsWith("  (answers now)"))
                    .contains("    overridden: " + few, "    life: 0 verified, 1 verified, 2 verified, 3 verified");

            var stored = application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED);
            assertThat(deployment
                            .command("snapshot", "rollback", "--reason", "too few")
                            .out()
                            .get(0))
                    .isEqualTo("v2 QUARANTINED: too few");
            assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.ACTIVE);
            deployment
                    .command("snapshot", "activate", "v2", "--force")
                    .assertRefused("tagweir: the snapshot v2 is QUARANTINED and can't become active");
            deployment
                    .command("snapshot", "quarantine", "v2", "--reason", "again")
                    .assertRefused("tagweir: the snapshot v2 is QUARANTINED already: too few");
            deployment
                    .command("snapshot", "rollback")
                    .assertRefused(
                            "tagweir: there is no good snapshot to go back to from v1; considered: v1 (ACTIVE), v2 (QUARANTINED)");
            deployment.command("snapshot", "retire", "v1").assertRefused("tagweir: the snapshot v1 answers now");
            assertThat(deployment.command("snapshot", "retire", "v2").err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: the snapshot v2 answered until ");

            assertThat(rowsIn(application)).isEqualTo(50);
            assertThat(deployment
                            .command("snapshot", "retire", "v2", "--min-age", "PT0S", "--reason", "no use")
                            .out())
                    .containsExactly("v2 QUARANTINED", "10 rows removed from life-head-tags");
            assertThat(deployment.command("snapshot", "list").out())
                    .contains("    quarantined: too few; retired: no use");
            await("the store to shrink", () -> rowsIn(application) == 40);
            assertThat(deployment.storedQueries("v2")).isEmpty();
            assertThat(deployment.storedQueries("v1")).hasSize(40);
            deployment.command("snapshot", "verify", "v1").assertSuccess();
            assertThat(application.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.STORED))
                    .as("nothing was loaded again")
                    .isEqualTo(stored);
        }
    }

    @Test
    void unknownOrIncompleteSnapshotIsRefusedByEveryCommandEvenIfForced() throws Exception {
        var deployment = CLUSTER.deployment("unknown");
        deployment.publish("v1", Instant.now(), List.of("milk", "tea"));
        for (var command : List.of(
                List.of("activate", "v9", "--force"),
                List.of("verify", "v9"),
                List.of("check", "v9"),
                List.of("quarantine", "v9", "--reason", "bad"),
                List.of("retire", "v9"),
                List.of("export", "v9", "--out", CLUSTER.dir().resolve("v9").toString()))) {
            var words = new ArrayList<>(List.of("snapshot"));
            words.addAll(command);
            deployment.command(words.toArray()).assertRefused("tagweir: there is no snapshot v9; known: v1");
        }
        try (var application = deployment.start("unknown")) {
            deployment.awaitVerified(application);
            var v1 = deployment.snapshot("v1");
            var oneMore = v1.getPartitionRows().stream().map(rows -> rows + 1).toList();
            deployment.write(
                    Topic.HEAD_SNAPSHOTS,
                    "v2",
                    Snapshot.newBuilder(v1)
                            .setId("v2")
                            .setState(SnapshotState.SEALED)
                            .setActivations(List.of())
                            .setPartitionRows(oneMore)
                            .build());
            var activate = deployment
                    .command("snapshot", "activate", "v2", "--force", "--wait", "1")
                    .assertRefused();
            assertThat(activate.err())
                    .hasSize(Deployment.PARTITIONS)
                    .allMatch(line -> line.contains("v2 on unknown, partition ") && line.contains("not verified"));
            assertThat(deployment.snapshot("v2").getState()).isEqualTo(SnapshotState.SEALED);
        }
    }

    /** Every reader leaves out what breaks the rules, reports it, and keeps the last valid record. */
    @Test
    void controlRecordsThatBreakTheRulesAreLeftOutCountedAndListedAndARepetitionChangesNothing() throws Exception {
        var deployment = CLUSTER.deployment("rules");
        deployment.publish("v1", Instant.now(), List.of("milk"));
        var v1 = deployment.snapshot("v1");
        deployment.write(Topic.HEAD_SNAPSHOTS, "v1", v1);
        deployment.write(
                Topic.HEAD_SNAPSHOTS,
                "v1",
                Snapshot.newBuilder(v1).setState(SnapshotState.PUBLISHING).build());
        deployment.write(
                Topic.HEAD_SNAPSHOTS,
                "v1",
                Snapshot.newBuilder(v1).setState(SnapshotState.RETIRED).build());
        deployment.write(
                Topic.HEAD_SNAPSHOTS,
                "v1",
                Snapshot.newBuilder(v1).setTaxonomy("other").build());
        deployment.write(
                Topic.HEAD_SNAPSHOTS,
                "v2",
                Snapshot.newBuilder(v1).setPartitionRows(List.of()).setId("v2").build());
        deployment.write(Topic.HEAD_SNAPSHOTS, "v3", v1);
        begin(
                deployment,
                Snapshot.newBuilder(v1).setState(SnapshotState.QUARANTINED).build());
        deployment.writeBytes(Topic.HEAD_SNAPSHOTS, "v1", new byte[] {7, 7, 7});
        deployment.writeBytes(Topic.HEAD_SNAPSHOTS, "v1", null);
        try (var application = deployment.start("rules")) {
            deployment.awaitVerified(application);
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
        deployment.outputs().pollToEnd();
        assertThat(deployment.outputs().deadLetters()).isEmpty();
        var list = deployment.command("snapshot", "list");
        assertThat(list.err())
                .hasSize(6)
                .anyMatch(line -> line.endsWith("the snapshot v1 is ACTIVE and can't become PUBLISHING"))
                .anyMatch(line -> line.endsWith("the snapshot v1 is ACTIVE and can't become RETIRED"))
                .anyMatch(line -> line.endsWith("the snapshot v1 was sealed with other rows"))
                .anyMatch(line -> line.endsWith("the snapshot v2 is ACTIVE without a manifest"))
                .anyMatch(line -> line.endsWith("a control record of v1 has the key v3"));
        assertThat(deployment.snapshot("v1")).isEqualTo(v1);
    }

    /** Writes in a transaction that is aborted, as that of a command is that is killed before it commits. */
    private static void begin(Deployment deployment, Snapshot control) {
        var config = new HashMap<>(deployment.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "killed");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(
                    deployment.topic(Topic.HEAD_SNAPSHOTS),
                    control.getId().getBytes(UTF_8),
                    deployment.bytes(Topic.HEAD_SNAPSHOTS, control)));
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

    private static String file(String label, int rows) {
        var lines = IntStream.range(0, rows)
                .mapToObj(i ->
                        "{\"query\":\"q" + i + "\",\"tags\":[{\"label\":\"" + label + "\",\"start\":0,\"end\":2}]}")
                .toList();
        return CLUSTER.file(lines);
    }
}
