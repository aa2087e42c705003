package io.tagweir.topology;

import static io.tagweir.testing.TestStream.START;
import static io.tagweir.testing.TestStream.header;
import static io.tagweir.testing.TestStream.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.head.RejectedRecordException;
import io.tagweir.meter.MeterName;
import io.tagweir.tail.TailSettings;
import io.tagweir.testing.TestStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaggingTopologyTest {

    @TempDir
    Path state;

    @Test
    void publishedQueryIsAnsweredFromTheHeadWithItsLineage() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "organic milk", "core_product_type");
            stream.activate("v1", START);
            stream.ask(
                    QueryEvent.newBuilder()
                            .setQueryId("q1")
                            .setQuery("organic milk")
                            .build(),
                    START.plusSeconds(1),
                    Map.of("trace", "abc"));

            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value())
                        .isEqualTo(TaggedQuery.newBuilder()
                                .setQueryId("q1")
                                .setQuery("organic milk")
                                .setCanonicalQuery("organic milk")
                                .setTags(List.of(new Tag("core_product_type", "organic milk", 0, 12, 1f)))
                                .setSource(Source.HEAD)
                                .setSnapshot("v1")
                                .setEventTime(START.plusSeconds(1))
                                .setTaggedTime(START.plusMillis(60))
                                .build());
                assertThat(record.key()).asString().isEqualTo("key");
                assertThat(record.getRecordTime()).isEqualTo(START.plusSeconds(1));
                assertThat(header(record, "trace")).isEqualTo("abc");
            });
            assertThat(stream.student.runs()).isZero();
        }
    }

    @Test
    void offsetsOfHeadTagsPointIntoTheQueryAsTyped() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish(
                    new HeadKey("v1", "", "crème brûlée torch"),
                    row(new Tag("food", "crème brûlée", 0, 12, 1f), new Tag("tool", "torch", 13, 18, 1f)));
            stream.activate("v1", START);
            stream.ask("q1", "  CRE\u0300ME   Bru\u0302le\u0301e\tTorch ");

            var answer = stream.answers().get(0).value();
            assertThat(answer.getSource()).isEqualTo(Source.HEAD);
            assertThat(answer.getTags())
                    .extracting(tag -> typed(answer, tag))
                    .containsExactly("CRE\u0300ME   Bru\u0302le\u0301e", "Torch");
        }
    }

    @Test
    void missIsTaggedByTheStudentAndItsValuesAreTheTextAsTyped() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.activate("v1", START);
            stream.ask(
                    QueryEvent.newBuilder()
                            .setQueryId("q1")
                            .setQuery("Odd  THING")
                            .build(),
                    START,
                    Map.of("trace", "abc"));

            assertThat(stream.await(1)).singleElement().satisfies(record -> {
                assertThat(record.value().getSource()).isEqualTo(Source.STUDENT);
                assertThat(record.value().getMissReason()).isEqualTo(MissReason.GENUINE);
                assertThat(record.value().getStudent()).isEqualTo("fake@1");
                assertThat(record.value().getSnapshot()).isEqualTo("v1");
                assertThat(record.value().getTags()).containsExactly(new Tag("fake", "Odd  THING", 0, 10, 0.9f));
                assertThat(record.key()).asString().isEqualTo("key");
                assertThat(record.getRecordTime()).isEqualTo(START);
                assertThat(header(record, "trace")).isEqualTo("abc");
            });
            stream.tick();
            assertThat(stream.ledger()).isEmpty();
        }
    }

    @Test
    void queryBeforeAnySnapshotIsAColdMiss() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.ask("q1", "milk");
            assertThat(stream.await(1).get(0).value().getMissReason()).isEqualTo(MissReason.COLD);
        }
    }

    /**
     *
     *
     * <pre>
     *   event time   0s        10s       20s
     *   active       v1 ─────► v2 ───────►
     *   milk           5s:v1      15s:v2      and again 5s:v1, late
     * </pre>
     */
    @Test
    void snapshotIsChosenByTheEventTimeOfTheQuery() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "old");
            stream.publish("v2", "milk", "new");
            stream.activate("v1", START);
            stream.activate("v2", START.plusSeconds(10));
            for (int second : new int[] {5, 15, 5}) {
                stream.ask(
                        QueryEvent.newBuilder()
                                .setQueryId("q" + second)
                                .setQuery("milk")
                                .build(),
                        START.plusSeconds(second),
                        Map.of());
            }
            assertThat(stream.answers())
                    .extracting(record -> record.value().getSnapshot()
                            + record.value().getTags().get(0).getLabel())
                    .containsExactly("v1old", "v2new", "v1old");
        }
    }

    @Test
    void segmentsDoNotAnswerForEachOther() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish(new HeadKey("v1", "de", "gift"), row(new Tag("poison_de", "gift", 0, 4, 1f)));
            stream.activate("v1", START);
            stream.ask("q1", "gift");
            stream.ask(
                    QueryEvent.newBuilder()
                            .setQueryId("q2")
                            .setQuery("gift")
                            .setSegment("de")
                            .build(),
                    START,
                    Map.of());
            assertThat(stream.await(2))
                    .extracting(record ->
                            record.value().getQueryId() + record.value().getSource())
                    .containsExactlyInAnyOrder("q1STUDENT", "q2HEAD");
        }
    }

    /** What is sealed stays as it is: neither a change nor a removal gets through, and both are kept. */
    @Test
    void rowOfAVerifiedSnapshotChangesNoMore() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            stream.pipe(new HeadKey("v1", "", "milk"), row(new Tag("drink", "milk", 0, 4, 1f)));
            stream.pipe(new HeadKey("v1", "", "milk"), null);
            stream.pipe(new HeadKey("v1", "", "cream"), row(new Tag("food", "cream", 0, 5, 1f)));
            stream.ask("q1", "milk");
            assertThat(stream.answers())
                    .singleElement()
                    .satisfies(
                            record -> assertThat(record.value().getTags().get(0).getLabel())
                                    .isEqualTo("food"));
            assertThat(stream.deadLetters())
                    .hasSize(3)
                    .allSatisfy(
                            letter -> assertThat(header(letter, DeadLetterHandler.REASON_HEADER))
                                    .startsWith(
                                            "SNAPSHOT_SEALED: the snapshot v1 is complete in this partition (1 rows, checksum "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void queryTheStudentThrowsOnIsAFallbackAndTheRestOfItsBatchIsUnharmed(String guarantee) {
        try (var stream = new TestStream(Role.ALL, state, guarantee, TailSettings.defaults())) {
            stream.student.hold();
            IntStream.range(0, 20).forEach(i -> stream.ask("q" + i, i == 7 ? "poison" : "fine " + i));
            stream.student.release();

            var answers = stream.await(20);
            assertThat(answers).hasSize(20);
            assertThat(answers)
                    .filteredOn(record -> record.value().getSource() == Source.FALLBACK)
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.value().getQueryId()).isEqualTo("q7");
                        assertThat(record.value().getDetail()).isEqualTo("the student failed: poisoned");
                        assertThat(record.value().getTags()).isEmpty();
                    });
            assertThat(answers)
                    .filteredOn(record -> record.value().getSource() == Source.STUDENT)
                    .hasSize(19);
        }
    }

    @Test
    void missPastTheBoundIsShedWithItsReason() {
        // STANDARD misses are shed from four fifths of three on, which is two.
        var two = TailSettings.with(Map.of("tail.pending.max.queries", 3));
        try (var stream = new TestStream(Role.ALL, state, "at_least_once", two)) {
            stream.student.hold();
            for (int i = 0; i < 3; i++) {
                stream.ask("q" + i, "odd " + i);
            }
            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value().getQueryId()).isEqualTo("q2");
                assertThat(record.value().getSource()).isEqualTo(Source.SHED);
                assertThat(record.value().getDetail()).isEqualTo("the tail is full for STANDARD: 2 queries pending");
            });
            stream.student.release();
            assertThat(stream.await(2)).hasSize(2);
        }
    }

    /** A hit goes out while the student is stuck on a miss that came before it. */
    @Test
    void stuckStudentDoesNotHoldUpTheHead() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            stream.student.hold();
            stream.ask("slow", "odd thing");
            stream.ask("fast", "milk");
            assertThat(stream.answers())
                    .extracting(record -> record.value().getQueryId())
                    .containsExactly("fast");
            stream.student.release();
            assertThat(stream.await(1)).hasSize(1);
        }
    }

    @Test
    void headAndTailApartAnswerAsTheyDoTogether() {
        List<TestRecord<byte[], io.tagweir.avro.Miss>> misses;
        try (var head = new TestStream(Role.HEAD, state.resolve("head"))) {
            head.publish("v1", "milk", "food");
            head.activate("v1", START);
            head.ask("q1", "milk");
            head.ask(
                    QueryEvent.newBuilder()
                            .setQueryId("q2")
                            .setQuery("Odd Thing")
                            .setSegment("us")
                            .build(),
                    START,
                    Map.of("trace", "abc"));
            assertThat(head.answers()).hasSize(1);
            misses = head.misses();
            assertThat(misses)
                    .singleElement()
                    .satisfies(record -> assertThat(record.key()).asString().isEqualTo("us\todd thing"));
        }
        try (var tail = new TestStream(Role.TAIL, state.resolve("tail"))) {
            var miss = misses.get(0);
            tail.miss(new String(miss.key()), miss.value(), miss.headers());
            assertThat(tail.await(1)).singleElement().satisfies(record -> {
                assertThat(record.value().getQueryId()).isEqualTo("q2");
                assertThat(record.value().getSegment()).isEqualTo("us");
                assertThat(record.value().getSnapshot()).isEqualTo("v1");
                assertThat(record.key()).asString().isEqualTo("key");
                assertThat(header(record, "trace")).isEqualTo("abc");
            });
        }
    }

    @Test
    void everyQueryInIsCountedOnceOnTheWayOut() {
        try (var stream = new TestStream(Role.ALL, state)) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            stream.ask("q1", "milk");
            stream.ask("q2", "odd");
            stream.ask("q3", "poison");
            stream.ask("", "milk");
            stream.await(3);
            assertThat(stream.meters.total(MeterName.ANSWERS, Source.HEAD)).isOne();
            assertThat(stream.meters.total(MeterName.ANSWERS, Source.STUDENT)).isOne();
            assertThat(stream.meters.total(MeterName.ANSWERS, Source.FALLBACK)).isOne();
            assertThat(stream.meters.total(MeterName.MISSES, MissReason.GENUINE))
                    .isEqualTo(2);
            assertThat(stream.meters.total(MeterName.DEAD_LETTERS, RejectedRecordException.Rejection.MISSING_ID))
                    .isOne();
        }
    }

    private static String typed(TaggedQuery answer, Tag tag) {
        int[] text = answer.getQuery().codePoints().toArray();
        return new String(text, tag.getStart(), tag.getEnd() - tag.getStart());
    }
}
