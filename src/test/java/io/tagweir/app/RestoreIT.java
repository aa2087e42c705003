package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.local.LocalCluster;
import io.tagweir.query.QueryKey;
import io.tagweir.topology.DeadLetters;
import io.tagweir.topology.FakeStudent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
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
     *   head-tags   good, poisoned, misplaced, rubbish
     *   first run   stores good; dead letters: the other three   ── close, wipe ──
     *   second run  restores good from the changelog, and nothing else
     * </pre>
     */
    @Test
    void rowThatWasRefusedIsNotRestoredAndRowThatWasServedIs() throws Exception {
        var site = new Site(cluster, "wiped", dir, Map.of());
        site.publish("s1", Instant.EPOCH, List.of("good one", "good two"));
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            // The last one begins like a record of the registry's, with a schema that no one has registered.
            byte[] rubbish = {0, 0, 0, 127, 127, 1, 2, 3};
            int rubbishHome = new QueryKey("", "rubbish").partition(Site.PARTITIONS);
            send(sender, site, "poisoned", new Tag("s1", "poisoned", 5, 99, 1f), 0);
            send(sender, site, "misplaced", new Tag("s1", "misplaced", 0, 9, 1f), 1);
            sender.send(new ProducerRecord<>(
                    site.settings().topics().headTags(), rubbishHome, key(site, "rubbish"), rubbish));

            try (var first = site.start("one", new FakeStudent(), Map.of())) {
                site.awaitRows(first);
                outputs.pollUntil("the bad rows' dead letters", () -> letters(outputs) == 3);
                ask(sender, outputs, site, "before");
            }
            assertThat(outputs.deadLetters().values())
                    .allSatisfy(letters -> assertThat(letters).hasSize(1))
                    .extracting(letters -> new String(
                            letters.get(0)
                                    .headers()
                                    .lastHeader(DeadLetters.REASON_HEADER)
                                    .value(),
                            StandardCharsets.UTF_8))
                    .extracting(reason -> reason.substring(0, reason.indexOf(':')))
                    .containsExactlyInAnyOrder("BAD_TAGS", "WRONG_PARTITION", "UNDECODABLE");

            Directories.delete(dir.resolve("one"));
            var second = site.start("one", new FakeStudent(), Map.of());
            ask(sender, outputs, site, "after");
            second.close();
            outputs.pollToEnd();

            assertThat(letters(outputs)).isEqualTo(3);
            for (var run : List.of("before", "after")) {
                assertThat(source(outputs, run + " good one")).isEqualTo(Source.HEAD);
                assertThat(source(outputs, run + " good two")).isEqualTo(Source.HEAD);
                for (var bad : List.of("poisoned", "misplaced", "rubbish")) {
                    // The fake student chokes on poison, so that one's miss ends as a fallback.
                    assertThat(source(outputs, run + " " + bad))
                            .isEqualTo(bad.equals("poisoned") ? Source.FALLBACK : Source.STUDENT);
                }
            }
        }
    }

    /** Publishes a row so many partitions after its own. */
    private static void send(Sender sender, Site site, String query, Tag tag, int astray) {
        var topic = site.settings().topics().headTags();
        var tags = HeadTags.newBuilder()
                .setTags(List.of(tag))
                .setTaggedAt(Instant.EPOCH)
                .build();
        int partition = (new QueryKey("", query).partition(Site.PARTITIONS) + astray) % Site.PARTITIONS;
        sender.send(new ProducerRecord<>(
                topic,
                partition,
                key(site, query),
                Application.serdes(site.settings()).headTags().serializer().serialize(topic, tags)));
    }

    private static byte[] key(Site site, String query) {
        return Application.serdes(site.settings())
                .headKeys()
                .serializer()
                .serialize(site.settings().topics().headTags(), new HeadKey("s1", "", query));
    }

    private static void ask(Sender sender, Outputs outputs, Site site, String run) {
        for (var query : List.of("good one", "good two", "poisoned", "misplaced", "rubbish")) {
            sender.send(new ProducerRecord<>(
                    site.settings().topics().queries(),
                    query.getBytes(StandardCharsets.UTF_8),
                    site.event(run + " " + query, query)));
        }
        outputs.pollUntil(
                "the answers",
                () -> outputs.answers().keySet().stream()
                                .filter(id -> id.startsWith(run))
                                .count()
                        == 5);
    }

    private static Source source(Outputs outputs, String id) {
        assertThat(outputs.answers().get(id)).as(id).hasSize(1);
        return outputs.answers().get(id).get(0).getSource();
    }

    private static int letters(Outputs outputs) {
        return outputs.deadLetters().values().stream().mapToInt(List::size).sum();
    }
}
