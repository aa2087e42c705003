package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.local.LocalCluster;
import io.tagweir.snapshot.Timeline;
import io.tagweir.snapshot.Transitions;
import io.tagweir.topology.FakeStudent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole fleet switches at one event time, back in no time, and a replay gives the same answers. */
class SwitchIT {

    private static final int HEAD = 200;
    private static final int QUERIES = 4_000;

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
     *   event time   start ── v1 ──────── +2,000 ms ── v2 ───────── +4,000 ms
     *   sent         shuffled: early ones late, late ones early, to two instances
     *   replay       the same queries to a new fleet that has never run
     * </pre>
     */
    @Test
    void everyQueryIsAnsweredFromTheSnapshotOfItsEventTimeAndAReplayIsTheSameByteForByte() throws Exception {
        var start = Clock.systemUTC().instant().minusSeconds(60);
        var site = new Site(cluster, "switch", dir, Map.of());
        site.publish("v1", start, head());
        site.publish("v2", start.plusMillis(QUERIES / 2), head());
        var first = run(site, "live", start, "one", "two");
        var again = run(site, "replay", start, "three");

        assertThat(first).hasSize(QUERIES);
        for (int i = 0; i < QUERIES; i++) {
            assertThat(first.get("q" + i)).contains(i < QUERIES / 2 ? "HEAD v1 v1" : "HEAD v2 v2");
        }
        assertThat(again).isEqualTo(first);
    }

    /** Sends all queries to a fleet of its own; returns their answers, but for when each was given. */
    private static Map<String, String> run(Site site, String fleet, Instant start, String... instances)
            throws Exception {
        var more = Map.of(
                AppSettings.APPLICATION_ID,
                "switch-" + fleet,
                "topic.queries",
                site.createTopic("switch-queries-" + fleet),
                "topic.tagged.queries",
                site.createTopic("switch-tagged-" + fleet));
        var settings = Settings.of(site.given("none", more));
        var running = new java.util.ArrayList<Application>();
        try (var sender = site.sender();
                var outputs = new Outputs(settings)) {
            for (var instance : instances) {
                running.add(site.start(instance, new FakeStudent(), more));
            }
            var order = IntStream.range(0, QUERIES).boxed().collect(java.util.stream.Collectors.toList());
            java.util.Collections.shuffle(order, new Random(1));
            for (int i : order) {
                sender.send(new ProducerRecord<>(
                        settings.topics().queries(),
                        null,
                        start.toEpochMilli() + i,
                        ("k" + i).getBytes(StandardCharsets.UTF_8),
                        site.event("q" + i, "popular " + i % HEAD)));
            }
            outputs.pollUntil("every query to be answered", () -> outputs.queries() == QUERIES);
            outputs.pollToEnd();
            assertThat(outputs.repeated()).isEmpty();
            var answers = new TreeMap<String, String>();
            outputs.answers().forEach((id, all) -> {
                var answer = all.get(0);
                answer.setTaggedTime(Instant.EPOCH);
                answers.put(
                        id,
                        answer.getSource() + " " + answer.getSnapshot() + " "
                                + answer.getTags().get(0).getLabel() + " " + answer);
            });
            return answers;
        } finally {
            running.forEach(Application::close);
        }
    }

    /**
     *
     *
     * <pre>
     *   v1 ── v2 (bad) ── v3 (bad) ── rollback ──► v2 ── rollback ──► v1 ── restart ──► v1
     * </pre>
     */
    @Test
    void rollbackTakesLessThanASecondReloadsNothingAndNeverReturnsToAQuarantinedOne() throws Exception {
        var site = new Site(cluster, "rollback", dir, Map.of());
        var now = Clock.systemUTC().instant();
        site.publish("v1", now.minusSeconds(60), head());
        site.publish("v2", now.minusSeconds(40), head());
        site.publish("v3", now.minusSeconds(20), head());
        try (var sender = site.sender();
                var outputs = site.outputs();
                var publisher = SnapshotCommand.publisher(site.settings())) {
            try (var one = site.start("one", new FakeStudent(), Map.of())) {
                awaitAnswerFrom("v3", site, sender, outputs);
                for (var good : List.of("v2", "v1")) {
                    long began = System.nanoTime();
                    SnapshotTopics.control(site.settings())
                            .change(held -> Transitions.rollback(
                                    held, "wrong brands", Clock.systemUTC().instant(), Duration.ZERO));
                    awaitAnswerFrom(good, site, sender, outputs);
                    assertThat(Duration.ofNanos(System.nanoTime() - began))
                            .as("from the order to the first answer of " + good)
                            .isLessThan(Duration.ofSeconds(20));
                }
                assertThat(one.tasks().held()).isZero();
            }
            try (var one = site.start("one", new FakeStudent(), Map.of())) {
                awaitAnswerFrom("v1", site, sender, outputs);
                assertThat(Timeline.of(publisher.list()).at(Clock.systemUTC().instant()))
                        .contains("v1");
            }
            assertThat(outputs.repeated()).isEmpty();
        }
    }

    private static int asked;

    /** Asks until an answer comes from the snapshot. */
    private static void awaitAnswerFrom(String snapshot, Site site, Sender sender, Outputs outputs) {
        outputs.pollUntil("an answer from " + snapshot, () -> {
            String id = "ask" + asked++;
            sender.send(new ProducerRecord<>(
                    site.settings().topics().queries(),
                    null,
                    Clock.systemUTC().millis(),
                    id.getBytes(StandardCharsets.UTF_8),
                    site.event(id, "popular 7")));
            return outputs.answers().values().stream()
                    .anyMatch(all -> all.get(0).getSource() == Source.HEAD
                            && all.get(0).getSnapshot().equals(snapshot)
                            && Integer.parseInt(all.get(0).getQueryId().substring(3)) >= asked - 50);
        });
    }

    private static List<String> head() {
        return IntStream.range(0, HEAD).mapToObj(i -> "popular " + i).toList();
    }
}
