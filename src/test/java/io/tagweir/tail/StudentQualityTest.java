package io.tagweir.tail;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Source;
import io.tagweir.avro.Tag;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.MeterName;
import io.tagweir.testing.TestStream;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the head's answers that the student is measured by. */
final class StudentQualityTest {

    /** Every answer of the head, for nearly every query counts as held out. */
    private static final Map<String, String> ALL_HITS = Map.of("quality.share", "1", "quality.held.out.share", "0.99");

    @TempDir
    Path state;

    /**
     * The fake student finds one span of the label {@code fake} in all that it is asked. Six rows say the same; two say
     * {@code color}, so there it is wrong once and misses one.
     */
    @Test
    void qualityOfTheStudentIsShownAndTheHeadAnswersOnce() {
        try (var stream = stream(tail(Map.of()))) {
            publish(stream, "alike", 6, "fake");
            publish(stream, "apart", 2, "color");
            stream.activate("v1", START);
            ask(stream, "alike", 6);
            ask(stream, "apart", 2);
            awaitCompared(stream, 8);

            assertThat(spans(stream, "fake", "TP")).isEqualTo(6);
            assertThat(spans(stream, "fake", "FP")).isEqualTo(2);
            assertThat(spans(stream, "color", "FN")).isEqualTo(2);

            stream.watch();
            assertThat(stream.answers())
                    .extracting(answer -> answer.value().getSource())
                    .hasSize(8)
                    .containsOnly(Source.HEAD);
            assertThat(stream.meters.total(MeterName.ANSWERS)).isEqualTo(8);
            assertThat(stream.meters.total(MeterName.MISSES)).isZero();
        }
    }

    @Test
    void shadowThatTheStudentHasIsNeitherPendingNorInTheLedger() {
        try (var stream = stream(tail(Map.of()))) {
            publish(stream, "alike", 1, "fake");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "alike", 1);
            TestStream.until(() -> stream.student.held() == 1);
            assertThat(stream.answers()).hasSize(1);
            assertThat(stream.ledger()).isEmpty();
            assertThat(stream.gauge(MeterName.TAIL_PENDING)).isZero();
            stream.student.release();
            awaitCompared(stream, 1);
        }
    }

    /**
     *
     *
     * <pre>
     *   hit 0          its shadow runs, and is held
     *   hits 1, 2      their shadows wait
     *   misses 0, 1    wait too, in one run
     * </pre>
     */
    @Test
    void missesGoBeforeTheShadowsThatWaitAndShadowsRunAlone() {
        try (var stream = stream(tail(Map.of()))) {
            publish(stream, "alike", 3, "fake");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "alike", 1);
            TestStream.until(() -> stream.student.held() == 1);
            stream.ask("h1", "alike 1");
            stream.ask("h2", "alike 2");
            stream.ask("m0", "odd one");
            stream.ask("m1", "odd two");
            assertThat(stream.answers()).hasSize(3);
            stream.student.release();

            assertThat(stream.await(2)).extracting(StudentQualityTest::source).containsOnly(Source.STUDENT);
            awaitCompared(stream, 3);
            assertThat(stream.student.asked())
                    .startsWith("alike 0")
                    .endsWith("alike 1", "alike 2")
                    .contains("odd one", "odd two");
            assertThat(stream.student.runs()).isEqualTo(4);
        }
    }

    /** Shadows linger for nobody, and nobody's run is made longer by them. */
    @Test
    void runThatLingersForCompanyTakesNoShadowIn() {
        try (var stream = stream(tail(Map.of()).withBatch(tail(Map.of()).batch().withLinger(Duration.ofMillis(20))))) {
            publish(stream, "alike", 2, "fake");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "alike", 1);
            TestStream.until(() -> stream.student.held() == 1);
            stream.ask("m0", "odd one");
            stream.ask("h1", "alike 1");
            stream.student.release();
            awaitCompared(stream, 2);
            assertThat(stream.student.asked()).containsExactly("alike 0", "odd one", "alike 1");
            assertThat(stream.student.runs()).isEqualTo(3);
        }
    }

    /** Four misses may be pending; BACKGROUND is taken again below one. */
    @Test
    void shadowsAreDroppedFirstWhereMissesFillTheTail() {
        try (var stream = stream(tail(Map.of("tail.pending.max.queries", 4)))) {
            publish(stream, "alike", 3, "fake");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "alike", 1);
            TestStream.until(() -> stream.student.held() == 1);
            stream.ask("h1", "alike 1"); // waits
            stream.ask("m0", "odd one");
            stream.tick();
            assertThat(dropped(stream, "BUSY")).as("that waited").isOne();
            stream.ask("h2", "alike 2");
            assertThat(dropped(stream, "BUSY")).as("that came").isEqualTo(2);
            stream.student.release();

            assertThat(stream.await(4))
                    .extracting(StudentQualityTest::source)
                    .containsExactly(Source.HEAD, Source.HEAD, Source.HEAD, Source.STUDENT);
            awaitCompared(stream, 1);
            assertThat(stream.student.asked()).containsExactly("alike 0", "odd one");
        }
    }

    @Test
    void noMoreShadowsWaitThanMay() {
        try (var stream = stream(tail(Map.of()).withMaxShadows(2))) {
            publish(stream, "alike", 5, "fake");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "alike", 5);
            assertThat(dropped(stream, "FULL")).isEqualTo(3);
            assertThat(stream.answers()).hasSize(5);
            stream.student.release();
            awaitCompared(stream, 2);
        }
    }

    @Test
    void shadowTheStudentFailsOnIsNoFailureOfAnAnswer() {
        try (var stream = stream(tail(Map.of()))) {
            publish(stream, "poison", 1, "fake");
            stream.activate("v1", START);
            ask(stream, "poison", 1);
            TestStream.until(() -> {
                stream.tick();
                return dropped(stream, "FAILED") == 1;
            });
            assertThat(stream.answers()).extracting(StudentQualityTest::source).containsExactly(Source.HEAD);
            assertThat(stream.meters.total(MeterName.STUDENT_FAILURES)).isZero();
            assertThat(stream.meters.total(MeterName.QUALITY_COMPARED)).isZero();
        }
    }

    @Test
    void tailOfItsOwnComparesWhatTheHeadSendsAndAnswersNothing() {
        try (var stream = new TestStream(Role.TAIL, state)) {
            var answered = Miss.newBuilder()
                    .setQueryId("q1")
                    .setQuery("odd")
                    .setCanonicalQuery("odd")
                    .setEventTime(START)
                    .setTeacherTags(List.of(new Tag("fake", "odd", 0, 3, 1f)))
                    .build();
            stream.miss("odd", answered, new RecordHeaders());
            awaitCompared(stream, 1);
            stream.watch();
            assertThat(spans(stream, "fake", "TP")).isOne();
            assertThat(stream.answers()).isEmpty();
        }
    }

    /** One thread, so that what waits, waits. */
    private static TailSettings tail(Map<String, ?> more) {
        var tail = new HashMap<String, Object>(Map.of("tail.threads", 1, "tail.cache.heap.bytes", 0));
        tail.putAll(more);
        return TailSettings.with(tail);
    }

    private TestStream stream(TailSettings tail) {
        return new TestStream(Role.ALL, state, TestStream.unlimitedSample(ALL_HITS), tail);
    }

    private static void publish(TestStream stream, String text, int count, String label) {
        IntStream.range(0, count).forEach(i -> stream.publish("v1", text + " " + i, label));
    }

    private static void ask(TestStream stream, String text, int count) {
        IntStream.range(0, count).forEach(i -> stream.ask("q-" + text + i, text + " " + i));
    }

    private static void awaitCompared(TestStream stream, int queries) {
        TestStream.until(() -> {
            stream.tick();
            return stream.meters.total(MeterName.QUALITY_COMPARED) >= queries;
        });
        assertThat(stream.meters.total(MeterName.QUALITY_COMPARED)).isEqualTo(queries);
    }

    private static double dropped(TestStream stream, String reason) {
        return stream.registry
                .get(MeterName.QUALITY_DROPPED.meter())
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static double spans(TestStream stream, String label, String outcome) {
        return stream.registry
                .get(MeterName.QUALITY_SPANS.meter())
                .tags("label", label, "outcome", outcome)
                .counter()
                .count();
    }

    private static Source source(TestRecord<byte[], TaggedQuery> answer) {
        return answer.value().getSource();
    }
}
