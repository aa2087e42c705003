package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.local.Directories;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.RowChange;
import io.tagweir.query.QueryKey;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losing the state directory costs a restore: what was refused before stays refused, what was served is served. */
class RestoreIT {

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
     *   head-tags   good, poisoned, misplaced, outside, rubbish
     *   first run   stores good; dead letters: the other four    ── close, wipe ──
     *   second run  restores good from the changelog, and nothing else
     * </pre>
     */
    @Test
    void rowThatWasRefusedIsNotRestoredAndRowThatWasServedIs() throws Exception {
        var labels = Files.writeString(dir.resolve("labels.json"), "{\"labels\":[\"s1\"]}");
        var site = new Site(cluster, "wiped", dir, Map.of("taxonomy.file", labels.toString()));
        site.publish("s1", Instant.EPOCH, List.of("good one", "good two"));
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            // The last one begins like a record of the registry's, with a schema that no one has registered.
            byte[] rubbish = {0, 0, 0, 127, 127, 1, 2, 3};
            int rubbishHome = new QueryKey("", "rubbish").partition(Site.PARTITIONS);
            send(sender, site, "poisoned", new Tag("s1", "poisoned", 5, 99, 1f), 0);
            send(sender, site, "misplaced", new Tag("s1", "misplaced", 0, 9, 1f), 1);
            send(sender, site, "outside", new Tag("s2", "outside", 0, 7, 1f), 0);
            sender.send(new ProducerRecord<>(
                    site.settings().topics().name(Topic.HEAD_TAGS), rubbishHome, key(site, "rubbish"), rubbish));

            try (var first = site.start("one", new FakeStudent(), Map.of())) {
                site.awaitRows(first);
                outputs.pollUntil("the bad rows' dead letters", () -> letters(outputs) == 4);
                ask(sender, outputs, site, "before");
            }
            assertThat(outputs.deadLetters().values())
                    .allSatisfy(letters -> assertThat(letters).hasSize(1))
                    .extracting(letters -> new String(
                            letters.get(0)
                                    .headers()
                                    .lastHeader(DeadLetterHandler.REASON_HEADER)
                                    .value(),
                            StandardCharsets.UTF_8))
                    .extracting(reason -> reason.substring(0, reason.indexOf(':')))
                    .containsExactlyInAnyOrder("BAD_TAGS", "WRONG_PARTITION", "OUTSIDE_TAXONOMY", "UNDECODABLE");

            Directories.delete(dir.resolve("one"));
            var second = site.start("one", new FakeStudent(), Map.of());
            ask(sender, outputs, site, "after");
            second.close();
            outputs.pollToEnd();

            assertThat(letters(outputs)).isEqualTo(4);
            for (var run : List.of("before", "after")) {
                assertThat(source(outputs, run + " good one")).isEqualTo(Source.HEAD);
                assertThat(source(outputs, run + " good two")).isEqualTo(Source.HEAD);
                for (var bad : List.of("poisoned", "misplaced", "outside", "rubbish")) {
                    // The fake student chokes on poison, so that one's miss ends as a fallback.
                    assertThat(source(outputs, run + " " + bad))
                            .isEqualTo(bad.equals("poisoned") ? Source.FALLBACK : Source.STUDENT);
                }
            }
        }
    }

    /**
     * Where a crash under {@code at_least_once} leaves rows on the disk that the changelog never got.
     *
     * <pre>
     *   disk        rows, marks ── crash ── rows, marks ── delivered again ── lost
     *   changelog   nothing                                rows               rows ── restored, verified
     * </pre>
     */
    @Test
    void rowsThatOnlyTheDiskHadAreRestoredElsewhereOnceTheyHaveBeenDeliveredAgain() throws Exception {
        var site = new Site(cluster, "ahead", dir, Map.of());
        var rows = List.of("good one", "good two", "good three", "good four");
        site.publish("s1", Instant.EPOCH, rows);
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            try (var first = site.start("ahead", new FakeStudent(), Map.of())) {
                Await.until("all to be verified", Site.PATIENCE, () -> primed(first) == Site.PARTITIONS);
            }
            forgetWhatTheChangelogHolds(site);
            try (var again = site.start("ahead", new FakeStudent(), Map.of())) {
                Await.until(
                        "the rows to come again",
                        Site.PATIENCE,
                        () -> again.meters().total(MeterName.HEAD_ROW_CHANGES, RowChange.REPEATED) == rows.size());
            }
            Directories.delete(dir.resolve("ahead"));
            try (var elsewhere = site.start("ahead", new FakeStudent(), Map.of())) {
                Await.until("all to be verified anew", Site.PATIENCE, () -> primed(elsewhere) == Site.PARTITIONS);
                ask(sender, outputs, site, "elsewhere");
                assertThat(source(outputs, "elsewhere good one")).isEqualTo(Source.HEAD);
                assertThat(source(outputs, "elsewhere good two")).isEqualTo(Source.HEAD);
            }
        }
    }

    private static long primed(Application application) {
        return application.primed(Instant.EPOCH);
    }

    /** Empties the changelog of the rows, and has head-tags read again, as nothing of it had been committed. */
    private static void forgetWhatTheChangelogHolds(Site site) throws Exception {
        String application = site.settings().app().applicationId();
        String changelog = application + "-head-tags-changelog";
        try (var admin = Admin.create(site.settings().clientConfig())) {
            // A compacted topic lets no records be deleted.
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, changelog);
            var deleting = new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(deleting)))
                    .all()
                    .get();
            var emptied = new HashMap<TopicPartition, RecordsToDelete>();
            var unread = new HashMap<TopicPartition, OffsetAndMetadata>();
            for (int i = 0; i < Site.PARTITIONS; i++) {
                emptied.put(new TopicPartition(changelog, i), RecordsToDelete.beforeOffset(-1));
                unread.put(
                        new TopicPartition(site.settings().topics().name(Topic.HEAD_TAGS), i),
                        new OffsetAndMetadata(0));
            }
            Await.until(
                    "the broker to know",
                    Site.PATIENCE,
                    () -> isDone(admin.deleteRecords(emptied).all()));
            admin.alterConsumerGroupOffsets(application, unread).all().get();
        }
    }

    private static boolean isDone(KafkaFuture<Void> deleted) {
        try {
            deleted.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes a row so many partitions after its own. */
    private static void send(Sender sender, Site site, String query, Tag tag, int astray) {
        var topic = site.settings().topics().name(Topic.HEAD_TAGS);
        var tags = HeadTags.newBuilder()
                .setTags(List.of(tag))
                .setTaggedAt(Instant.EPOCH)
                .build();
        int partition = (new QueryKey("", query).partition(Site.PARTITIONS) + astray) % Site.PARTITIONS;
        sender.send(new ProducerRecord<>(
                topic,
                partition,
                key(site, query),
                site.settings().serdes().value(Topic.HEAD_TAGS).serializer().serialize(topic, tags)));
    }

    private static byte[] key(Site site, String query) {
        return site.settings()
                .serdes()
                .key(Topic.HEAD_TAGS)
                .serializer()
                .serialize(site.settings().topics().name(Topic.HEAD_TAGS), new HeadKey("s1", "", query));
    }

    private static void ask(Sender sender, Outputs outputs, Site site, String run) {
        for (var query : List.of("good one", "good two", "poisoned", "misplaced", "outside", "rubbish")) {
            sender.query(run + " " + query, query, site.event(run + " " + query, query));
        }
        outputs.pollUntil(
                "the answers",
                () -> outputs.answers().keySet().stream()
                                .filter(id -> id.startsWith(run))
                                .count()
                        == 6);
    }

    private static Source source(Outputs outputs, String id) {
        assertThat(outputs.answers().get(id)).as(id).hasSize(1);
        return outputs.answers().get(id).get(0).getSource();
    }

    private static int letters(Outputs outputs) {
        return outputs.deadLetters().values().stream().mapToInt(List::size).sum();
    }
}
