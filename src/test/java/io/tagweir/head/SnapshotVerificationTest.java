package io.tagweir.head;

import static io.tagweir.testing.TestStream.START;
import static io.tagweir.testing.TestStream.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.meter.ColdRelease;
import io.tagweir.meter.ControlRefusal;
import io.tagweir.meter.MeterName;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition answers from a snapshot only once it has verified it; until then queries wait. */
class SnapshotVerificationTest {

    @TempDir
    Path state;

    private static Snapshot active(PartitionDigest tally) {
        return new Manifest(List.of(tally))
                .into(Snapshot.newBuilder())
                .setId("v1")
                .setState(SnapshotState.ACTIVE)
                .setCreatedAt(START)
                .setNormaliser(Normaliser.VERSION)
                .setActivations(List.of(START))
                .build();
    }

    private static PartitionDigest tally(String... queries) {
        var tally = PartitionDigest.EMPTY;
        for (var query : queries) {
            tally = tally.with(new RowHash().of(new QueryKey("", query), food(query)));
        }
        return tally;
    }

    private static io.tagweir.avro.HeadTags food(String query) {
        return row(new Tag("food", query, 0, query.length(), 1f));
    }

    private static void store(TestStream stream, String query) {
        stream.pipe(new HeadKey("v1", "", query), food(query));
    }

    /**
     *
     *
     * <pre>
     *   control   v1 active, 2 rows
     *   rows            milk            bread ── verified
     *   queries               milk, odd         ──► HEAD, STUDENT (GENUINE)
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void queryWaitsUntilEveryRowIsThereAndIsThenAnsweredFromTheHead(String guarantee) {
        try (var stream = new TestStream(Role.ALL, state, guarantee, io.tagweir.tail.TailSettings.defaults())) {
            stream.control(active(tally("milk", "bread")));
            store(stream, "milk");
            stream.ask("q1", "milk");
            stream.ask("q2", "odd");
            stream.watch();
            assertThat(stream.answers()).isEmpty();
            assertThat(stream.held()).hasSize(2);

            store(stream, "bread");
            var answers = stream.await(2);
            assertThat(answers)
                    .extracting(answer -> answer.value().getQueryId()
                            + answer.value().getSource()
                            + answer.value().getMissReason())
                    .containsExactlyInAnyOrder("q1HEADnull", "q2STUDENTGENUINE");
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.key()).asString().isEqualTo("key");
                assertThat(answer.value().getSnapshot()).isEqualTo("v1");
            });
            assertThat(stream.meters.total(MeterName.MISSES, MissReason.COLD)).isZero();
            assertThat(stream.meters.total(MeterName.COLD_RELEASED, ColdRelease.PRIMED))
                    .isEqualTo(2);
        }
    }

    @Test
    void snapshotWithOtherRowsThanWereSealedIsNeverServed() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.control(active(tally("bread")));
            store(stream, "milk");
            stream.ask(query("q1", "milk", 1_000), START, Map.of());
            assertThat(stream.await(1)).singleElement().satisfies(answer -> {
                assertThat(answer.value().getSource()).isEqualTo(Source.STUDENT);
                assertThat(answer.value().getMissReason()).isEqualTo(MissReason.COLD);
            });
            stream.watch();
            assertThat(stream.tallies().get("test/v1/0").getProblem())
                    .isEqualTo("rows differ from those that were sealed");
            assertThat(stream.tallies()).isEmpty();
        }
    }

    /** The wait ends half way to the query's own deadline, from its event time; without one after the setting. */
    @Test
    void studentGetsTheQueryWhenItsTimeIsOver() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.control(active(tally("milk")));
            stream.ask(query("soon", "milk", 200), START, Map.of());
            stream.ask(query("late", "milk", 60_000), START, Map.of());
            stream.watch();
            assertThat(stream.answers()).isEmpty();
            for (int i = 0; i < 20; i++) {
                stream.tick();
            }
            assertThat(stream.await(1)).singleElement().satisfies(answer -> {
                assertThat(answer.value().getQueryId()).isEqualTo("soon");
                assertThat(answer.value().getMissReason()).isEqualTo(MissReason.COLD);
            });
            store(stream, "milk");
            assertThat(stream.await(1)).singleElement().satisfies(answer -> {
                assertThat(answer.value().getQueryId()).isEqualTo("late");
                assertThat(answer.value().getSource()).isEqualTo(Source.HEAD);
            });
        }
    }

    /** 500 a second, and a tenth of that at once: of 1,000 overdue queries 50 go now, and 5 more in 10 ms. */
    @Test
    void studentGetsUnprimedQueriesAtACappedRate() {
        try (var stream = new TestStream(Role.HEAD, state)) {
            stream.control(active(tally("milk")));
            IntStream.range(0, 1_000).forEach(i -> stream.ask(query("q" + i, "odd " + i, 0), START, Map.of()));
            assertThat(stream.misses()).hasSize(50);
            for (int i = 0; i < 100; i++) {
                stream.tick();
            }
            assertThat(stream.misses().size()).isBetween(450, 500);
            assertThat(stream.held().size()).isBetween(450, 500);
            store(stream, "milk");
            stream.watch();
            stream.watch();
            assertThat(stream.held()).isEmpty();
            assertThat(stream.meters.total(MeterName.MISSES, MissReason.GENUINE)
                            + stream.meters.total(MeterName.MISSES, MissReason.COLD))
                    .isEqualTo(1_000);
        }
    }

    @Test
    void repeatedRowCountsOnceAndADeletedOneNotAtAll() {
        try (var stream = new TestStream(Role.ALL, state)) {
            store(stream, "milk");
            store(stream, "milk");
            store(stream, "bread");
            stream.pipe(new HeadKey("v1", "", "bread"), null);
            stream.control(active(tally("milk")));
            stream.watch();
            assertThat(stream.tallies().get("test/v1/0")).satisfies(tally -> {
                assertThat(tally.getVerified()).isTrue();
                assertThat(tally.getRows()).isOne();
            });
        }
    }

    @Test
    void retiredSnapshotIsSweptFromTheStoreAndItsRowsDoNotComeBack() {
        try (var stream = new TestStream(Role.ALL, state)) {
            IntStream.range(0, 2_500).forEach(i -> store(stream, "milk " + i));
            assertThat(stream.rows()).isEqualTo(2_500);
            stream.control(Snapshot.newBuilder()
                    .setId("v1")
                    .setState(SnapshotState.RETIRED)
                    .setCreatedAt(START)
                    .setRetiredAt(START)
                    .build());
            for (int i = 0; i < 4; i++) {
                stream.watch();
            }
            assertThat(stream.rows()).isZero();
            assertThat(stream.tallies()).containsEntry("test/v1/0", null);
            store(stream, "milk 1");
            assertThat(stream.rows()).isZero();
        }
    }

    /** Rows are taken in before anybody has announced their snapshot, and answer nothing until it is active. */
    @Test
    void rowsOfASnapshotThatIsNotKnownAreNeverServed() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            store(stream, "bread");
            stream.pipe(new HeadKey("v9", "", "milk"), food("milk"));
            stream.pipe(new HeadKey("v9", "", "bread"), food("bread"));
            stream.watch();
            stream.ask("q1", "milk");
            stream.ask("q2", "bread");
            assertThat(stream.await(2))
                    .extracting(answer ->
                            answer.value().getSource() + answer.value().getSnapshot())
                    .containsExactlyInAnyOrder("HEADv1", "STUDENTv1");
            assertThat(stream.tallies().get("test/v9/0").getVerified()).isFalse();
        }
    }

    /** One that breaks the rules is left out and counted; the life goes on from the last good one. */
    @Test
    void controlRecordOutOfOrderIsLeftOut() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            stream.control(Snapshot.newBuilder(active(PartitionDigest.EMPTY))
                    .setState(SnapshotState.PUBLISHING)
                    .build());
            stream.control(active(tally("bread")));
            stream.ask("q1", "milk");
            assertThat(stream.answers())
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.value().getSource()).isEqualTo(Source.HEAD));
            assertThat(stream.meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.OUT_OF_ORDER))
                    .isOne();
            assertThat(stream.meters.total(MeterName.CONTROL_REFUSED, ControlRefusal.CHANGED_AFTER_SEAL))
                    .isOne();
        }
    }

    private static QueryEvent query(String id, String text, int deadlineMs) {
        return QueryEvent.newBuilder()
                .setQueryId(id)
                .setQuery(text)
                .setDeadlineMs(deadlineMs)
                .build();
    }
}
