package io.tagweir.app;

import io.tagweir.app.snapshot.SnapshotCommand;
import io.tagweir.app.snapshot.SnapshotTopics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.local.LocalCluster;
import io.tagweir.query.QueryKey;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed snapshot has its vocabulary, whoever wrote its rows, until it is retired. */
class VocabularyIT {

    private static final List<Term> TERMS = List.of(
            new Term("unit", "# oz", 4L, 1f), new Term("product", "milk", 4L, 1f), new Term("unit", "#oz", 3L, 1f));

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
    void publishAndSealWriteTheSameVocabulary() {
        var site = new Site(cluster, "alike", dir, Map.of());
        publish(site, "v1", rows());

        var shuffled = rows();
        Collections.reverse(shuffled);
        foreign(site, "v2", row("milk 12 oz", new Tag("replaced below", "", 0, 4, 1f)));
        shuffled.forEach(row -> foreign(site, "v2", row));
        var sealed = run(site, "seal", "v2");
        assertThat(sealed.err()).isEmpty();
        assertThat(sealed.exitCode()).isZero();

        var held = SnapshotTopics.vocabularies(site.settings()).read().values();
        assertThat(held.get("v1")).isEqualTo(new Vocabulary("v1", 7L, TERMS));
        assertThat(held.get("v2")).isEqualTo(new Vocabulary("v2", 7L, TERMS));
    }

    @Test
    void snapshotThatIsNotSealedHasNoVocabulary() {
        var site = new Site(cluster, "unsealed", dir, Map.of());
        try (var publisher = SnapshotCommand.publisher(site.settings())) {
            var order = new io.tagweir.snapshot.publish.SnapshotPublisher.PublishRequest("v1", "test", "", "", false);
            var written = publisher.write(order, Instant.EPOCH, rows().iterator(), count -> {});
            assertThat(SnapshotTopics.vocabularies(site.settings()).read().values())
                    .isEmpty();
            retire(site, "v1");
            assertThatThrownBy(() -> publisher.seal(written)).isInstanceOf(RefusedException.class);
            assertThat(SnapshotTopics.vocabularies(site.settings()).read().values())
                    .isEmpty();
        }
    }

    @Test
    void retirementRemovesTheVocabularyOfThatSnapshotAlone() {
        var site = new Site(cluster, "retired", dir, Map.of());
        publish(site, "v1", rows());
        publish(site, "v2", rows());
        retire(site, "v1");
        assertThat(SnapshotTopics.vocabularies(site.settings()).read().values()).containsOnlyKeys("v2");
    }

    private static void publish(Site site, String id, List<HeadRow> rows) {
        try (var publisher = SnapshotCommand.publisher(site.settings())) {
            publisher.publish(id, "test", rows.iterator(), count -> {});
        }
    }

    private static void retire(Site site, String id) {
        var ran = run(site, "retire", id);
        assertThat(ran.exitCode()).as("%s", ran.err()).isZero();
    }

    /** Writes a row as a teacher does that writes to the topic itself. */
    private static void foreign(Site site, String snapshot, HeadRow row) {
        var serdes = site.settings().serdes();
        String topic = site.settings().topics().name(Topic.HEAD_TAGS);
        var key = new HeadKey(snapshot, "", row.key().canonical());
        try (var sender = site.sender()) {
            sender.send(new ProducerRecord<>(
                    topic,
                    row.key().partition(Site.PARTITIONS),
                    serdes.key(Topic.HEAD_TAGS).serializer().serialize(topic, key),
                    serdes.value(Topic.HEAD_TAGS).serializer().serialize(topic, row.tags())));
        }
    }

    private static Ran run(Site site, String command, String... more) {
        var args = new ArrayList<>(List.of("snapshot", command));
        site.given("command", Map.of()).forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
        args.addAll(Arrays.asList(more));
        return Ran.command(args.toArray(String[]::new));
    }

    private static List<HeadRow> rows() {
        var rows = new ArrayList<HeadRow>();
        for (var size : List.of("6 oz", "12 oz", "1.5 oz", "64 oz")) {
            rows.add(row("milk " + size, new Tag("product", "milk", 0, 4, 1f), unit(5, 5 + size.length())));
        }
        for (var size : List.of("6oz", "12oz", "16oz")) {
            rows.add(row("tea " + size, new Tag("product", "tea", 0, 3, 0.5f), unit(4, 4 + size.length())));
        }
        // Tea is tagged three times, and once it stands there untagged: less than 0.8.
        rows.set(0, row("milk tea 6 oz", new Tag("product", "milk", 0, 4, 1f), unit(9, 13)));
        return rows;
    }

    private static Tag unit(int start, int end) {
        return new Tag("unit", "", start, end, 1f);
    }

    private static HeadRow row(String query, Tag... tags) {
        return new HeadRow(new QueryKey("", query), tags(tags));
    }

    private static HeadTags tags(Tag... tags) {
        return HeadTags.newBuilder()
                .setTags(List.of(tags))
                .setTaggedAt(Instant.EPOCH)
                .build();
    }
}
