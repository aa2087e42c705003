package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.snapshot.SnapshotTopics;
import static io.tagweir.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.local.LocalTopic;
import io.tagweir.meter.MeterName;
import io.tagweir.snapshot.life.SnapshotTransitions;
import io.tagweir.topology.Topics;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All instances switch at one event time, a rollback is fast, and a replay gives the same answers. */
class SnapshotSwitchIT {

    private static final List<String> HEAD = Rows.queries("popular", 200);
    private static final int QUERIES = 4_000;

    /** One query in so many is in no head. */
    private static final int MISS_EVERY = 50;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   event time   start ── v1 ──────── +2,000 ms ── v2 ───────── +4,000 ms
     *   sent         shuffled: early ones late, late ones early, to two instances
     *   replay       the same queries to a group that has never run
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void everyQueryIsAnsweredFromTheSnapshotOfItsEventTimeAndAReplayIsTheSameByteForByte(String guarantee) {
        var start = Instant.now().minusSeconds(60);
        var deployment = CLUSTER.deployment("switch-" + guarantee, "guarantee=" + guarantee);
        deployment.publish("v1", start, HEAD);
        deployment.publish("v2", start.plusMillis(QUERIES / 2), HEAD);
        var first = run(deployment, "live", start, "one", "two");
        var again = run(deployment, "replay", start, "three");

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

    /** Sends all queries to a group of its own; returns their answers without the time of each answer. */
    private static Map<String, TaggedQuery> run(
            Deployment deployment, String group, Instant start, String... instances) {
        String queries = deployment.topic("queries-" + group);
        String answered = deployment.topic("tagged-queries-" + group);
        CLUSTER.cluster()
                .createTopics(List.of(
                        LocalTopic.kept(queries, Deployment.PARTITIONS),
                        LocalTopic.kept(answered, Deployment.PARTITIONS)));
        String[] more = {
            "application.id=" + deployment.topic(group),
            Topics.NAMES + "=queries=" + queries + ",tagged-queries=" + answered
        };
        var settings = deployment.settings("none", more);
        try (var producer = new TestProducer(settings);
                var outputs = new Outputs(settings)) {
            var running = new ArrayList<Application>();
            for (var instance : instances) {
                running.add(deployment.start(instance, more));
            }
            var order = IntStream.range(0, QUERIES).boxed().collect(Collectors.toList());
            Collections.shuffle(order, new Random(1));
            for (int i : order) {
                var text = i % MISS_EVERY == 0 ? "rare " + i : HEAD.get(i % HEAD.size());
                producer.query("q" + i, text, deployment.event("q" + i, text), start.plusMillis(i));
            }
            outputs.awaitExactly(QUERIES);
            assertThat(outputs.repeated()).isEmpty();
            running.forEach(Application::close);
            var answers = new TreeMap<String, TaggedQuery>();
            outputs.allAnswers().forEach(answer -> {
                answer.setTaggedTime(Instant.EPOCH);
                answers.put(answer.getQueryId(), answer);
            });
            return answers;
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
    void switchUnderTrafficHappensAtTheVerySameEventTimeOnEveryInstance() {
        var deployment = CLUSTER.deployment("live");
        deployment.publish("v1", now().minusSeconds(60), HEAD);
        var one = deployment.start("one");
        var two = deployment.start("two");
        var outputs = deployment.outputs();
        deployment.seal("v2", HEAD);
        await(
                "v2 to be verified by both",
                () -> one.tasks().primed("v2") + two.tasks().primed("v2") == Deployment.PARTITIONS);
        assertThat(one.tasks().primed("v2")).isPositive();
        assertThat(two.tasks().primed("v2")).isPositive();

        var from = now().plusSeconds(2);
        deployment.activate("v2", from);
        int all = 0;
        var late = new Random(2);
        while (now().isBefore(from.plusSeconds(1))) {
            deployment.query("q" + all, HEAD.get(all % HEAD.size()), now().plusMillis(late.nextInt(-1_500, 500)));
            all++;
            outputs.poll();
        }
        outputs.awaitExactly(all);
        assertThat(outputs.repeated()).isEmpty();
        assertThat(outputs.allAnswers()).hasSize(all).allSatisfy(answer -> {
            var snapshot = answer.getEventTime().isBefore(from) ? "v1" : "v2";
            assertThat(answer.getSource()).isEqualTo(Source.HEAD);
            assertThat(answer.getSnapshot()).isEqualTo(snapshot);
            assertThat(answer.getTags().get(0).getLabel()).isEqualTo(snapshot);
        });
        assertThat(outputs.allAnswers()).extracting(TaggedQuery::getSnapshot).contains("v1", "v2");
    }

    /**
     *
     *
     * <pre>
     *   v1 ── v2, v3, v4 (bad) ── rollback ──► v3 ── rollback ──► v2 ── rollback ──► v1 ── restart ──► v1
     * </pre>
     *
     * <p>The time runs from the command to the first answer; the shortest of three, because the machine has other load.
     */
    @Test
    void rollbackTakesLessThanASecondReloadsNothingAndNeverReturnsToAQuarantinedOne() {
        var deployment = CLUSTER.deployment("rollback");
        for (int i = 1; i <= 4; i++) {
            deployment.publish("v" + i, now().minusSeconds(100 - i), HEAD);
        }
        var asking = new Asking(deployment);
        var one = deployment.start("one");
        asking.untilAnsweredFrom("v4");
        await(
                "all to be verified",
                () -> IntStream.rangeClosed(1, 4).allMatch(i -> one.tasks().primed("v" + i) == Deployment.PARTITIONS));
        double stored = one.meters().total(MeterName.HEAD_ROW_CHANGES);
        var shortest = Duration.ofDays(1);
        for (int i = 3; i >= 1; i--) {
            long began = System.nanoTime();
            SnapshotTopics.control(deployment.settings())
                    .change(records -> SnapshotTransitions.rollback(records, "wrong brands", now(), Duration.ZERO));
            asking.untilAnsweredFrom("v" + i);
            var took = Duration.ofNanos(System.nanoTime() - began);
            shortest = took.compareTo(shortest) < 0 ? took : shortest;
            asking.bad.add("v" + (i + 1));
            // All partitions of the process share one catalog.
            for (int again = 0; again < 50; again++) {
                asking.untilAnsweredFrom("v" + i);
            }
        }
        assertThat(shortest).isLessThan(Duration.ofSeconds(1));
        assertThat(one.meters().total(MeterName.HEAD_ROW_CHANGES))
                .as("rows stored")
                .isEqualTo(stored);
        assertThat(one.tasks().held()).isZero();
        one.close();
        for (int restart = 0; restart < 2; restart++) {
            var again = deployment.start("one");
            asking.untilAnsweredFrom("v1");
            assertThat(again.snapshots().timeline().at(now())).contains("v1");
            again.close();
        }
        assertThat(deployment.outputs().repeated()).isEmpty();
    }

    /** Sends queries of now, and checks that no answer comes from a snapshot that is known to be bad. */
    private static final class Asking {

        private final Deployment deployment;
        private final List<String> bad = new ArrayList<>();
        private int asked;

        Asking(Deployment deployment) {
            this.deployment = deployment;
        }

        void untilAnsweredFrom(String snapshot) {
            var outputs = deployment.outputs();
            int first = asked;
            outputs.await("an answer from " + snapshot, () -> {
                deployment.query("ask" + asked, HEAD.get(asked % HEAD.size()), now());
                asked++;
                return IntStream.range(first, asked)
                        .mapToObj(i -> "ask" + i)
                        .filter(outputs.answers()::containsKey)
                        .map(outputs::answer)
                        .anyMatch(answer -> {
                            assertThat(answer.getSource()).isEqualTo(Source.HEAD);
                            assertThat(answer.getSnapshot()).isNotIn(bad);
                            return answer.getSnapshot().equals(snapshot);
                        });
            });
        }
    }

    /** In milliseconds, as event times and activations are. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
