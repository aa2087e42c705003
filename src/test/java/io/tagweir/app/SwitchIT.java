package io.tagweir.app;

import io.tagweir.app.command.Await;
import io.tagweir.app.run.Application;
import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.snapshot.SnapshotCommand;
import io.tagweir.app.snapshot.SnapshotTopics;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.LocalCluster;
import io.tagweir.meter.MeterName;
import io.tagweir.snapshot.life.SnapshotTransitions;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.topology.FakeStudent;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import io.tagweir.wire.SingleObjectSerde;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole fleet switches at one event time, back in no time, and a replay gives the same answers. */
class SwitchIT {

    private static final int HEAD = 200;
    private static final int QUERIES = 4_000;

    /** One query in so many is in no head. */
    private static final int MISS_EVERY = 50;

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
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void everyQueryIsAnsweredFromTheSnapshotOfItsEventTimeAndAReplayIsTheSameByteForByte(String guarantee)
            throws Exception {
        var start = Clock.systemUTC().instant().minusSeconds(60);
        var site = new Site(cluster, "switch-" + guarantee, dir, Map.of("guarantee", guarantee));
        site.publish("v1", start, head());
        site.publish("v2", start.plusMillis(QUERIES / 2), head());
        var first = run(site, "live", start, guarantee + "one", guarantee + "two");
        var again = run(site, "replay", start, guarantee + "three");

        assertThat(first).hasSize(QUERIES);
        for (int i = 0; i < QUERIES; i++) {
            var answer = first.get("q" + i);
            var snapshot = i < QUERIES / 2 ? "v1" : "v2";
            boolean miss = i % MISS_EVERY == 0;
            assertThat(answer.getSource()).isEqualTo(miss ? Source.STUDENT : Source.HEAD);
            assertThat(answer.getSnapshot()).isEqualTo(snapshot);
            assertThat(answer.getTags().get(0).getLabel()).isEqualTo(miss ? "fake" : snapshot);
        }
        assertThat(bytes(again)).isEqualTo(bytes(first));
    }

    private static Map<String, String> bytes(Map<String, TaggedQuery> answers) {
        var serde = new SingleObjectSerde<TaggedQuery>(TaggedQuery.getClassSchema());
        var bytes = new TreeMap<String, String>();
        answers.forEach((id, answer) ->
                bytes.put(id, HexFormat.of().formatHex(serde.serializer().serialize("", answer))));
        return bytes;
    }

    /** Sends all queries to a fleet of its own; returns their answers, but for when each was given. */
    private static Map<String, TaggedQuery> run(Site site, String fleet, Instant start, String... instances)
            throws Exception {
        var more = Map.of(
                AppSettings.APPLICATION_ID,
                site.settings().app().applicationId() + "-" + fleet,
                Topics.NAMES,
                "queries=" + site.createTopic(site.settings().topics().name(Topic.QUERIES) + "-" + fleet)
                        + ",tagged-queries="
                        + site.createTopic(site.settings().topics().name(Topic.TAGGED_QUERIES) + "-" + fleet));
        var settings = Settings.of(site.given("none", more));
        var running = new ArrayList<Application>();
        try (var sender = new Sender(settings);
                var outputs = new Outputs(settings)) {
            for (var instance : instances) {
                running.add(site.start(instance, new FakeStudent(), more));
            }
            var order = IntStream.range(0, QUERIES).boxed().collect(java.util.stream.Collectors.toList());
            java.util.Collections.shuffle(order, new Random(1));
            for (int i : order) {
                var text = i % MISS_EVERY == 0 ? "rare " + i : "popular " + i % HEAD;
                sender.query("q" + i, text, site.event("q" + i, text), start.plusMillis(i));
            }
            outputs.pollUntil("every query to be answered", () -> outputs.queries() == QUERIES);
            outputs.pollToEnd();
            assertThat(outputs.repeated()).isEmpty();
            var answers = new TreeMap<String, TaggedQuery>();
            outputs.answers().forEach((id, all) -> {
                all.get(0).setTaggedTime(Instant.EPOCH);
                answers.put(id, all.get(0));
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
     *   wall clock   queries of now, some late, some early, to two instances; meanwhile: activate
     *   event time   ... v1 ... | v2 ...
     *                           from
     * </pre>
     */
    @Test
    void switchUnderTrafficHappensAtTheVerySameEventTimeOnEveryInstance() throws Exception {
        var site = new Site(cluster, "live", dir, Map.of());
        site.publish("v1", now().minusSeconds(60), head());
        try (var sender = site.sender();
                var outputs = site.outputs();
                var publisher = SnapshotCommand.publisher(site.settings());
                var one = site.start("live-one", new FakeStudent(), Map.of());
                var two = site.start("live-two", new FakeStudent(), Map.of())) {
            publisher.publish("v2", "test", head("v2"), count -> {});
            Await.until(
                    "v2 to be verified by both",
                    Site.PATIENCE,
                    () -> one.tasks().primed("v2") + two.tasks().primed("v2") == Site.PARTITIONS);
            assertThat(one.tasks().primed("v2")).isPositive();
            assertThat(two.tasks().primed("v2")).isPositive();

            var from = now().plusSeconds(2);
            publisher.activate("v2", from);
            var late = new Random(2);
            int sent = 0;
            while (now().isBefore(from.plusSeconds(1))) {
                var eventTime = now().plusMillis(late.nextInt(-1_500, 500));
                send(site, sender, "q" + sent, eventTime, "popular " + sent % HEAD);
                sent++;
                outputs.poll();
            }
            int all = sent;
            outputs.pollUntil("every query to be answered", () -> outputs.queries() == all);
            outputs.pollToEnd();
            assertThat(outputs.repeated()).isEmpty();
            var answered =
                    outputs.answers().values().stream().map(same -> same.get(0)).toList();
            assertThat(answered).hasSize(all).allSatisfy(answer -> {
                var snapshot = answer.getEventTime().isBefore(from) ? "v1" : "v2";
                assertThat(answer.getSource()).isEqualTo(Source.HEAD);
                assertThat(answer.getSnapshot()).isEqualTo(snapshot);
                assertThat(answer.getTags().get(0).getLabel()).isEqualTo(snapshot);
            });
            assertThat(answered).extracting(TaggedQuery::getSnapshot).contains("v1", "v2");
        }
    }

    /**
     *
     *
     * <pre>
     *   v1 ── v2, v3, v4 (bad) ── rollback ──► v3 ── rollback ──► v2 ── rollback ──► v1 ── restart ──► v1
     * </pre>
     *
     * <p>The time is that from the order to the first answer; the shortest of three, as this machine does other things.
     */
    @Test
    void rollbackTakesLessThanASecondReloadsNothingAndNeverReturnsToAQuarantinedOne() throws Exception {
        var site = new Site(cluster, "rollback", dir, Map.of());
        var bad = new ArrayList<String>();
        for (int i = 1; i <= 4; i++) {
            site.publish("v" + i, now().minusSeconds(100 - i), head());
        }
        try (var sender = site.sender();
                var outputs = site.outputs()) {
            try (var one = site.start("one", new FakeStudent(), Map.of())) {
                awaitAnswerFrom("v4", bad, site, sender, outputs);
                Await.until(
                        "all to be verified",
                        Site.PATIENCE,
                        () -> IntStream.rangeClosed(1, 4)
                                .allMatch(i -> one.tasks().primed("v" + i) == Site.PARTITIONS));
                double stored = one.meters().total(MeterName.HEAD_ROW_CHANGES);
                var shortest = Duration.ofDays(1);
                for (int i = 3; i >= 1; i--) {
                    long began = System.nanoTime();
                    SnapshotTopics.control(site.settings())
                            .change(records ->
                                    SnapshotTransitions.rollback(records, "wrong brands", now(), Duration.ZERO));
                    awaitAnswerFrom("v" + i, bad, site, sender, outputs);
                    var took = Duration.ofNanos(System.nanoTime() - began);
                    shortest = took.compareTo(shortest) < 0 ? took : shortest;
                    bad.add("v" + (i + 1));
                    // The catalog is one for all partitions of the process.
                    for (int again = 0; again < 50; again++) {
                        awaitAnswerFrom("v" + i, bad, site, sender, outputs);
                    }
                }
                assertThat(shortest).isLessThan(Duration.ofSeconds(1));
                assertThat(one.meters().total(MeterName.HEAD_ROW_CHANGES))
                        .as("rows taken in")
                        .isEqualTo(stored);
                assertThat(one.tasks().held()).isZero();
            }
            for (int restart = 0; restart < 2; restart++) {
                try (var one = site.start("one", new FakeStudent(), Map.of())) {
                    awaitAnswerFrom("v1", bad, site, sender, outputs);
                    assertThat(one.snapshots().timeline().at(now())).contains("v1");
                }
            }
            assertThat(outputs.repeated()).isEmpty();
        }
    }

    private static int asked;

    /** Asks until an answer comes from the snapshot; every answer meanwhile is from it or one not known to be bad. */
    private static void awaitAnswerFrom(String snapshot, List<String> bad, Site site, Sender sender, Outputs outputs) {
        var mine = new ArrayList<String>();
        outputs.pollUntil("an answer from " + snapshot, () -> {
            mine.add("ask" + asked++);
            send(site, sender, mine.get(mine.size() - 1), now(), "popular " + asked % HEAD);
            return mine.stream().anyMatch(id -> {
                var answers = outputs.answers().get(id);
                if (answers == null) {
                    return false;
                }
                assertThat(answers.get(0).getSource()).isEqualTo(Source.HEAD);
                assertThat(answers.get(0).getSnapshot()).isNotIn(bad);
                return answers.get(0).getSnapshot().equals(snapshot);
            });
        });
    }

    private static void send(Site site, Sender sender, String id, Instant eventTime, String text) {
        sender.query(id, text, site.event(id, text), eventTime);
    }

    /** In milliseconds, as event times and activations are. */
    private static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Iterator<HeadRow> head(String label) {
        return head().stream().map(query -> Site.row(label, query)).iterator();
    }

    private static List<String> head() {
        return IntStream.range(0, HEAD).mapToObj(i -> "popular " + i).toList();
    }
}
