package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Tag;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application knows of the catalog when it starts again, and that no rubbish stops it or gets past it. */
class CatalogEventsIT {

    @TempDir
    private static Path dir;

    private static LocalCluster cluster;

    private final Site site = new Site(cluster, "catalog", dir, Map.of("head.requests.interval.ms", "100"));

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
     *   head-snapshots  s1, rubbish                │         │         │                       │
     *   catalog-events  dairy, rubbish, mismatched │ rubbish │         │ bakery, rubbish       │
     *   first run                                  └ dairy invalid ────┤                       │
     *   second run                                                     └ reads the new ones ───┤ wiped
     *   third run                                                                              └ reads all
     * </pre>
     */
    @Test
    void changesAreKnownAfterARestartAndAfterAWipeAndBadEventsAreRefusedEachTime() throws Exception {
        publish();
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            sender.send(new ProducerRecord<>(
                    site.settings().topics().name(Topic.HEAD_SNAPSHOTS),
                    "s1".getBytes(StandardCharsets.UTF_8),
                    new byte[] {42}));
            send(sender, "dairy", event("dairy"));
            send(sender, "bakery", new byte[] {0, 0, 0, 127, 127, 1, 2, 3});
            send(sender, "bakery", event("dairy"));
            try (var first = site.start("one", new FakeStudent(), Map.of())) {
                assertThat(ask(sender, outputs, "first")).isEqualTo("milk INVALIDATED, bread null");
                assertRefused(first, 2, 1);
                send(sender, "dairy", new byte[] {43});
                Await.until("the rubbish to be refused", Site.PATIENCE, () -> undecodable(first) == 3);
                assertThat(first.meters().total(MeterName.CATALOG_CHANGES)).isOne();
                Await.until(
                        "the request for milk",
                        Site.PATIENCE,
                        () -> first.meters().total(MeterName.HEAD_REQUESTS, MissReason.INVALIDATED) >= 1);
            }

            send(sender, "bakery", event("bakery"));
            send(sender, "dairy", new byte[] {42});
            try (var second = site.start("one", new FakeStudent(), Map.of())) {
                assertThat(ask(sender, outputs, "second")).isEqualTo("milk INVALIDATED, bread INVALIDATED");
                assertRefused(second, 2, 0);
                assertThat(second.meters().total(MeterName.CATALOG_CHANGES)).isOne();
            }

            Directories.delete(dir.resolve("one"));
            try (var third = site.start("one", new FakeStudent(), Map.of())) {
                assertThat(ask(sender, outputs, "third")).isEqualTo("milk INVALIDATED, bread INVALIDATED");
                assertRefused(third, 4, 1);
            }
            outputs.pollToEnd();
            assertThat(outputs.deadLetters()).isEmpty();
        }
    }

    private static void assertRefused(Application application, int undecodable, int mismatched) {
        assertThat(undecodable(application)).isEqualTo(undecodable);
        assertThat(application.meters().total(MeterName.CONTROL_REFUSED, ControlRefusal.BAD_CATALOG_EVENT))
                .isEqualTo(mismatched);
        assertThat(application.meters().total(MeterName.DEAD_LETTERS)).isZero();
    }

    private static double undecodable(Application application) {
        return application.meters().total(MeterName.CONTROL_REFUSED, ControlRefusal.UNDECODABLE);
    }

    /** Milk depends on dairy, bread on bakery. */
    private void publish() {
        var rows = Stream.of(row("milk", "dairy"), row("bread", "bakery")).iterator();
        try (var publisher = SnapshotCommand.publisher(site.settings())) {
            publisher.publish("s1", "test", rows, count -> {});
            publisher.activate("s1", Instant.EPOCH);
        }
    }

    private static HeadRow row(String query, String entity) {
        var tags = HeadTags.newBuilder()
                .setTags(List.of(new Tag("food", query, 0, query.length(), 1f)))
                .setTaggedAt(Instant.EPOCH)
                .setDependsOn(List.of(entity))
                .build();
        return new HeadRow(new QueryKey("", query), tags);
    }

    private byte[] event(String entity) {
        return site.settings()
                .serdes()
                .value(Topic.CATALOG_EVENTS)
                .serializer()
                .serialize(
                        site.settings().topics().name(Topic.CATALOG_EVENTS),
                        new CatalogEvent(entity, Instant.ofEpochMilli(1)));
    }

    private void send(Sender sender, String entity, byte[] event) {
        sender.send(new ProducerRecord<>(
                site.settings().topics().name(Topic.CATALOG_EVENTS), entity.getBytes(StandardCharsets.UTF_8), event));
    }

    private String ask(Sender sender, Outputs outputs, String run) {
        for (var query : List.of("milk", "bread")) {
            sender.query(run + query, query, site.event(run + query, query));
        }
        outputs.pollUntil(
                "the answers of the " + run + " run",
                () -> Stream.of("milk", "bread")
                        .allMatch(query -> outputs.answers().containsKey(run + query)));
        return "milk " + reason(outputs, run + "milk") + ", bread " + reason(outputs, run + "bread");
    }

    private static String reason(Outputs outputs, String id) {
        return String.valueOf(outputs.answers().get(id).get(0).getMissReason());
    }
}
