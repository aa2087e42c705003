package io.tagweir.app;

import io.tagweir.app.run.Application;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.MeterName;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.publish.HeadRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a partition's head is not loaded, its queries wait instead of going to the student, and none is lost. */
class ColdStartIT {

    /** One query in fifty is in no head. */
    private static final int MISS_EVERY = 50;

    private static final List<String> HEAD = Rows.queries("popular", 2_000);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    /**
     *
     *
     * <pre>
     *   event time   an hour ago: 20,000 queries           now: the snapshot and its rows
     *   wall clock   queries, snapshot, then the first start
     * </pre>
     *
     * <p>The backlog is twenty times what may be held in memory, so most of it waits in Kafka.
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void firstStartWithAnHourOldBacklogAnswersAllFromTheHead(String guarantee) {
        var deployment =
                CLUSTER.deployment("backlog-" + guarantee, "guarantee=" + guarantee, "head.cold.hold.max.queries=1000");
        send(deployment, "q", 20_000, Instant.now().minus(Duration.ofHours(1)));
        deployment.publish("v1", Instant.now(), HEAD);
        var application = deployment.start("one");
        deployment.outputs().awaitExactly(20_000);
        assertAccountedFor(deployment.outputs(), "q", 20_000);
        assertThat(cold(deployment.outputs())).isZero();
        assertThat(misses(application)).isEqualTo(20_000 / MISS_EVERY);
    }

    /**
     *
     *
     * <pre>
     *   control   v1 sealed and active
     *   rows                                   the last one of each partition comes late
     *   queries   1,000 that can't wait   5,000 that can
     *   student   some, at the cap             the 2 % that no head has
     * </pre>
     */
    @Test
    void studentGetsNoMoreThanTheCapFromAPartitionThatIsNotLoaded() {
        int cap = 100;
        var deployment = CLUSTER.deployment(
                "late-rows",
                "head.cold.hold.max.queries=400",
                "head.cold.student.max.queries=" + cap,
                "kafka.consumer.max.poll.records=50",
                "kafka.buffered.records.per.partition=50");
        var lateRows = writeAllButOneRowOfEachPartition(deployment);
        long start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            deployment.query(
                    QueryEvent.newBuilder()
                            .setQueryId("hurried" + i)
                            .setQuery(text(i))
                            .setDeadlineMs(0)
                            .build(),
                    Instant.now());
        }
        send(deployment, "q", 5_000, Instant.now());
        var application = deployment.start("one");
        var outputs = deployment.outputs();
        var mostHeld = new AtomicInteger();
        outputs.await("the student to be given 200", () -> {
            mostHeld.accumulateAndGet(application.tasks().held(), Math::max);
            return outputs.queries() >= 200;
        });
        // Records that were fetched before the bound was reached are held too.
        assertThat(mostHeld.get()).isBetween(100, 2_000);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(cold(outputs))
                .as("answers of the student within %.1f s", seconds)
                .isLessThanOrEqualTo((int) (cap * (seconds + 0.2)));
        assertThat(count(outputs, answer -> answer.getSource() == Source.HEAD)).isZero();

        lateRows.forEach(row -> deployment.writeRow("v1", row, 0));
        outputs.awaitExactly(6_000);
        assertThat(outputs.repeated()).isEmpty();
        assertThat(count(
                        outputs,
                        answer -> answer.getQueryId().startsWith("q") && answer.getMissReason() == MissReason.COLD))
                .isZero();
        assertThat(misses(application)).isEqualTo(count(outputs, answer -> answer.getSource() != Source.HEAD));
    }

    /** Activates {@code v1} before all its rows are there. Returns the rows that are still to be written. */
    private static List<HeadRow> writeAllButOneRowOfEachPartition(Deployment deployment) {
        var tallies = new ArrayList<>(Collections.nCopies(Deployment.PARTITIONS, PartitionDigest.EMPTY));
        var late = new ArrayList<HeadRow>();
        var hash = new RowHash();
        for (var query : HEAD) {
            var row = Rows.row("v1", query);
            int partition = row.key().partition(Deployment.PARTITIONS);
            if (tallies.get(partition).rows() == 0) {
                late.add(row);
            } else {
                deployment.writeRow("v1", row, 0);
            }
            tallies.set(partition, tallies.get(partition).with(hash.of(row.key(), row.tags())));
        }
        deployment.writeControl(new Manifest(tallies)
                .into(Snapshot.newBuilder())
                .setId("v1")
                .setState(SnapshotState.ACTIVE)
                .setCreatedAt(Instant.now())
                .setActivations(List.of(Instant.EPOCH))
                .setNormaliser(Normaliser.VERSION)
                .build());
        return late;
    }

    /** Rows and marks come back from the changelog before any query is looked up. */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void restartWithoutStateAndAMoveToANewInstanceKeepTheHitShareUnderTraffic(String guarantee) throws Exception {
        var deployment = CLUSTER.deployment("moves-" + guarantee, "guarantee=" + guarantee);
        deployment.publish("v1", Instant.now(), HEAD);
        var outputs = deployment.outputs();
        var first = deployment.start("one");
        send(deployment, "a", 3_000, Instant.now());
        outputs.await(1_000);
        first.close();
        deployment.deleteState("one");
        send(deployment, "b", 3_000, Instant.now());
        var one = deployment.start("one");
        outputs.await(4_000);
        send(deployment, "c", 3_000, Instant.now());
        var two = deployment.start("two");
        send(deployment, "d", 3_000, Instant.now());
        outputs.awaitExactly(12_000);
        for (var batch : List.of("a", "b", "c", "d")) {
            assertAccountedFor(outputs, batch, 3_000);
        }
        assertThat(cold(outputs)).isZero();
        assertThat(one.primed(Instant.now()) + two.primed(Instant.now())).isEqualTo(Deployment.PARTITIONS);
    }

    private static void assertAccountedFor(Outputs outputs, String batch, int queries) {
        assertThat(outputs.repeated()).isEmpty();
        assertThat(count(outputs, answer -> answer.getQueryId().startsWith(batch)))
                .isEqualTo(queries);
        assertThat(count(
                        outputs,
                        answer -> answer.getQueryId().startsWith(batch)
                                && answer.getSource() == Source.HEAD
                                && answer.getSnapshot().equals("v1")))
                .isEqualTo(queries - queries / MISS_EVERY);
        assertThat(count(
                        outputs,
                        answer ->
                                answer.getQueryId().startsWith(batch) && answer.getMissReason() == MissReason.GENUINE))
                .isEqualTo(queries / MISS_EVERY);
    }

    private static int cold(Outputs outputs) {
        return count(outputs, answer -> answer.getMissReason() == MissReason.COLD);
    }

    private static int count(Outputs outputs, Predicate<TaggedQuery> which) {
        return (int) outputs.allAnswers().filter(which).count();
    }

    private static int misses(Application application) {
        return (int) application.meters().total(MeterName.MISSES);
    }

    private static String text(int number) {
        return number % MISS_EVERY == 0 ? "rare " + number : HEAD.get(number % HEAD.size());
    }

    private static void send(Deployment deployment, String batch, int queries, Instant from) {
        for (int i = 0; i < queries; i++) {
            deployment.query(batch + i, text(i), from.plusMillis(i / 10));
        }
    }
}
