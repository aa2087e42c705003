package io.tagweir.app;

import io.tagweir.app.command.Await;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.snapshot.SnapshotTopics;
import io.tagweir.topology.Topic;
import static io.tagweir.app.SnapshotPublishIT.control;
import static io.tagweir.app.SnapshotPublishIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.SnapshotState;
import io.tagweir.local.LocalCluster;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands report when a change is slow to appear, when a report can't be read, and when a user interrupts. */
class ControlPlaneIT {

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

    /** A transaction that is still open keeps readers from what is committed behind it. */
    @Test
    void committedChangeThatReadersCantSeeYetIsReportedAsDone() throws Exception {
        var site = new Site(cluster, "hidden", dir, Map.of());
        site.publish("v1", Clock.systemUTC().instant(), List.of("milk"));
        site.publish("v2", Clock.systemUTC().instant(), List.of("milk"));
        var config = new HashMap<>(site.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open");
        try (var open = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            var topic = site.settings().topics().name(Topic.HEAD_SNAPSHOTS);
            open.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1}))
                    .get();

            var quarantine = run(
                    site,
                    "quarantine",
                    "v1",
                    "--reason",
                    "bad",
                    "--set",
                    "kafka.default.api.timeout.ms=2000",
                    "--set",
                    "kafka.request.timeout.ms=1000");
            assertThat(quarantine.exitCode()).as("%s", quarantine.err()).isZero();
            assertThat(quarantine.out()).containsExactly("v1 QUARANTINED: bad");
            assertThat(quarantine.err())
                    .singleElement()
                    .asString()
                    .startsWith("the change is committed, but readers can't see it yet: ");
            open.abortTransaction();
        }
        Await.until(
                "the change to be visible",
                Site.PATIENCE,
                () -> control(site, "v1").getState() == SnapshotState.QUARANTINED);
    }

    @Test
    void undecodableReportBlocksTheActivationAndIsNamed() throws Exception {
        var site = new Site(cluster, "rubbish", dir, Map.of(AppSettings.ACTIVATION_LEAD, "0"));
        try (var application = site.start("one", new FakeStudent(), Map.of());
                var publisher = SnapshotTopics.publisher(site.settings())) {
            publisher.publish("v1", "test", List.of(Site.row("v1", "milk")).iterator(), count -> {});
            assertThat(run(site, "verify", "v1", "--wait", "60").exitCode()).isZero();
            long offset =
                    send(site, site.settings().topics().name(Topic.HEAD_TALLIES), "rubbish/v1/0", new byte[] {7, 7, 7});

            var activate = run(site, "activate", "v1", "--force", "--wait", "0");
            assertThat(activate.exitCode()).isEqualTo(2);
            assertThat(activate.err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: v1 on rubbish, partition 0: nothing reported, not verified: the record at"
                            + " offset " + offset + " of partition 0 of rubbish-head-tallies (key rubbish/v1/0) can't"
                            + " be decoded: ")
                    .endsWith("; restart that application, so that it reports again; --force does not override this");
            assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.SEALED);
            assertThat(run(site, "list").err()).singleElement().asString().contains("offset " + offset);
            // A key that no application writes is nobody's report.
            send(site, site.settings().topics().name(Topic.HEAD_TALLIES), "rubbish", new byte[] {7});
        }
        // It reports again as it starts.
        try (var application = site.start("one", new FakeStudent(), Map.of())) {
            var activate = run(site, "activate", "v1", "--wait", "60");
            assertThat(activate.err()).isEmpty();
            assertThat(activate.exitCode()).isZero();
            assertThat(application.snapshots().records()).hasSize(1);
        }
    }

    @Test
    void interruptedWaitSaysThatNothingIsActivated() throws Exception {
        var site = new Site(cluster, "interrupted", dir, Map.of());
        try (var application = site.start("one", new FakeStudent(), Map.of());
                var publisher = SnapshotTopics.publisher(site.settings())) {
            var published = publisher.publish(
                    "v1", "test", List.of(Site.row("v1", "milk")).iterator(), count -> {});
            assertThat(published.duplicates()).isZero();
            assertThat(run(site, "verify", "v1", "--wait", "60").exitCode()).isZero();
            send(site, site.settings().topics().name(Topic.HEAD_TALLIES), "interrupted/v1/0", new byte[] {7});

            var arguments = new ArrayList<>(List.of("snapshot", "activate", "v1", "--wait", "600"));
            site.given("command", Map.of())
                    .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
            try (var command = TagweirProcess.start(arguments.toArray(String[]::new))) {
                Await.until(
                        "a progress line",
                        Site.PATIENCE,
                        () -> command.stderr().contains("waiting for v1 to be verified, "));
                command.interrupt();
                assertThat(command.awaitExit()).isEqualTo(130);
                assertThat(command.stderr()).endsWith("tagweir: interrupted; v1 is not activated\n");
            }
            assertThat(control(site, "v1").getState()).isEqualTo(SnapshotState.SEALED);
            assertThat(application.snapshots().timeline().at(Clock.systemUTC().instant()))
                    .isEmpty();
        }
    }

    private static long send(Site site, String topic, String key, byte[] value) throws Exception {
        var config = site.settings().clientConfig();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value))
                    .get()
                    .offset();
        }
    }
}
