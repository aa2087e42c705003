package io.tagweir.app;

import io.tagweir.app.settings.AppSettings;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What commands report when a change is slow to appear, when a report can't be read, and when a user interrupts. */
class ControlPlaneIT {

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /** A transaction that is still open hides from readers what is committed after its records. */
    @Test
    void committedChangeThatReadersCantSeeYetIsReportedAsDone() throws Exception {
        var deployment = CLUSTER.deployment("hidden");
        deployment.publish("v1", Instant.now(), List.of("milk"));
        deployment.publish("v2", Instant.now(), List.of("milk"));
        var config = new HashMap<>(deployment.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open");
        try (var open = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            var topic = deployment.topic(Topic.HEAD_SNAPSHOTS);
            open.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1}))
                    .get();

            var quarantine = deployment.command(
                    "snapshot",
                    "quarantine",
                    "v1",
                    "--reason",
                    "bad",
                    "--set",
                    "kafka.default.api.timeout.ms=2000",
                    "--set",
                    "kafka.request.timeout.ms=1000");
            assertThat(quarantine.assertSuccess().out()).containsExactly("v1 QUARANTINED: bad");
            assertThat(quarantine.err())
                    .singleElement()
                    .asString()
                    .startsWith("the change is committed, but readers can't see it yet: ");
            open.abortTransaction();
        }
        await("the change to be visible", () -> deployment.snapshot("v1").getState() == SnapshotState.QUARANTINED);
    }

    @Test
    void undecodableReportBlocksTheActivationAndIsNamed() {
        var deployment = CLUSTER.deployment("undecodable", AppSettings.ACTIVATION_LEAD + "=0");
        var first = deployment.start("one");
        deployment.seal("v1", List.of("milk"));
        deployment.command("snapshot", "verify", "v1", "--wait", "60").assertSuccess();
        long offset = deployment
                .writeBytes(Topic.HEAD_TALLIES, "undecodable/v1/0", new byte[] {7, 7, 7})
                .offset();

        var refused = deployment
                .command("snapshot", "activate", "v1", "--force", "--wait", "0")
                .assertRefused();
        assertThat(refused.err())
                .singleElement()
                .asString()
                .startsWith("tagweir: v1 on undecodable, partition 0: nothing reported, not verified: the record at"
                        + " offset " + offset + " of partition 0 of undecodable-head-tallies (key undecodable/v1/0)"
                        + " can't be decoded: ")
                .endsWith("; restart that application, so that it reports again; --force does not override this");
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.SEALED);
        assertThat(deployment.command("snapshot", "list").err())
                .singleElement()
                .asString()
                .contains("offset " + offset);
        // A key that no application writes is nobody's report.
        deployment.writeBytes(Topic.HEAD_TALLIES, "undecodable", new byte[] {7});
        first.close();

        // It reports again when it starts.
        var again = deployment.start("one");
        assertThat(deployment
                        .command("snapshot", "activate", "v1", "--wait", "60")
                        .assertSuccess()
                        .err())
                .isEmpty();
        assertThat(again.snapshots().records()).hasSize(1);
    }

    @Test
    void interruptedWaitSaysThatNothingIsActivated() throws Exception {
        var deployment = CLUSTER.deployment("interrupted");
        var application = deployment.start("one");
        deployment.seal("v1", List.of("milk"));
        deployment.command("snapshot", "verify", "v1", "--wait", "60").assertSuccess();
        deployment.writeBytes(Topic.HEAD_TALLIES, "interrupted/v1/0", new byte[] {7});

        try (var command = TagweirProcess.start(deployment.arguments("snapshot", "activate", "v1", "--wait", "600"))) {
            await("a progress line", () -> command.stderr().contains("waiting for v1 to be verified, "));
            command.signal("INT");
            assertThat(command.awaitExit()).isEqualTo(130);
            assertThat(command.stderr()).endsWith("tagweir: interrupted; v1 is not activated\n");
        }
        assertThat(deployment.snapshot("v1").getState()).isEqualTo(SnapshotState.SEALED);
        assertThat(application.snapshots().timeline().at(Instant.now())).isEmpty();
    }
}
