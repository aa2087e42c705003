package io.tagweir.tail;

import static io.tagweir.testing.TestStream.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.meter.MeterName;
import io.tagweir.student.StudentException;
import io.tagweir.tag.Span;
import io.tagweir.testing.FakeStudent;
import io.tagweir.testing.TestStream;
import io.tagweir.testing.TextStudent;
import io.tagweir.topology.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a miss: cache, single flight, deadline, cascade, shedding. The head is empty unless a test says so.
 */
class MissPathTest {

    @TempDir
    Path state;

    // ---- the cache

    @Test
    void answerServesTheNextQueryOfTheSameTextAndSegment() {
        try (var stream = stream(Map.of())) {
            stream.ask("q1", "odd");
            assertThat(sources(stream.await(1))).containsExactly("q1 STUDENT");
            stream.ask("q2", "  ODD ");
            stream.ask("q3", "other segment", "odd", START);
            var answers = stream.await(2);
            assertThat(sources(answers)).containsExactlyInAnyOrder("q2 CACHE", "q3 STUDENT");
            assertThat(answer(answers, "q2")).satisfies(hit -> {
                assertThat(hit.getStudent()).isEqualTo("fake@1");
                assertThat(hit.getTags())
                        .singleElement()
                        .satisfies(tag -> assertThat(tag.getValue()).isEqualTo("ODD"));
            });
        }
    }

    @Test
    void answerServesNoLongerThanItsTimeToLive() {
        var settings = settings(Map.of());
        var minute =
                new CacheSettings(settings.cache().heapBytes(), settings.cache().diskBytes(), Duration.ofMinutes(1));
        try (var stream = primed(new TestStream(Role.ALL, state, "at_least_once", settings.withCache(minute)))) {
            stream.ask("q1", "odd");
            stream.await(1);
            stream.pass(Duration.ofSeconds(59));
            stream.ask("q2", "odd");
            stream.pass(Duration.ofSeconds(1));
            stream.ask("q3", "odd");
            assertThat(sources(stream.await(2))).containsExactly("q2 CACHE", "q3 STUDENT");
        }
    }

    @Test
    void newSnapshotWithTheQueryWinsAtOnce() {
        try (var stream = stream(Map.of())) {
            stream.ask("q1", "odd");
            stream.await(1);
            stream.publish("v1", "odd", "food");
            stream.activate("v1", START);
            stream.ask("q2", "odd");
            assertThat(sources(stream.await(1))).containsExactly("q2 HEAD");
        }
    }

    @Test
    void failureIsNotKept() {
        try (var stream = stream(Map.of())) {
            stream.ask("q1", "poison");
            stream.await(1);
            stream.ask("q2", "poison");
            assertThat(sources(stream.await(1))).containsExactly("q2 FALLBACK");
        }
    }

    // ---- single flight

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void burstOfOneTextCostsOneRunAndIsAnsweredInOrder(String guarantee) {
        int count = 10_000;
        try (var stream = primed(new TestStream(Role.ALL, state, guarantee, settings(Map.of())))) {
            stream.student.hold();
            IntStream.range(0, count).forEach(i -> stream.ask("q" + i, i % 2 == 0 ? "odd" : "Odd "));
            assertThat(stream.ledger()).hasSize(count);
            stream.student.release();
            assertThat(stream.await(count))
                    .extracting(record -> record.value().getQueryId())
                    .containsExactlyElementsOf(
                            IntStream.range(0, count).mapToObj(i -> "q" + i).toList());
            assertThat(stream.student.asked()).containsExactly("odd");
        }
    }

    // ---- deadlines

    /**
     *
     *
     * <pre>
     *   0 ms    asked, 100 ms of time     ── the student hangs
     *   110 ms  FALLBACK
     *           the student answers       ── nothing more for this query
     *           asked again               ── CACHE
     * </pre>
     */
    @Test
    void lateResultIsNoSecondAnswerButFeedsTheCache() {
        try (var stream = stream(Map.of())) {
            stream.student.hold();
            stream.askNow("q1", "odd", Priority.STANDARD, 100);
            TestStream.until(() -> stream.student.held() == 1);
            stream.pass(Duration.ofMillis(110));
            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value().getSource()).isEqualTo(Source.FALLBACK);
                assertThat(record.value().getDetail()).isEqualTo("its deadline passed before the student answered");
            });
            stream.student.release();
            TestStream.until(() -> {
                stream.tick();
                stream.askNow("again", "odd", Priority.STANDARD, null);
                return sources(stream.answers()).contains("again CACHE");
            });
            assertThat(stream.student.asked()).containsExactly("odd");
        }
    }

    @Test
    void textNobodyWaitsForAnyMoreIsNotRun() {
        try (var stream = stream(Map.of("tail.threads", 1, "tail.sub.batch.queries", 1))) {
            stream.student.hold();
            stream.askNow("q1", "first", Priority.STANDARD, null);
            TestStream.until(() -> stream.student.held() == 1);
            stream.askNow("q2", "second", Priority.STANDARD, 100);
            stream.pass(Duration.ofMillis(110));
            assertThat(sources(stream.answers())).containsExactly("q2 FALLBACK");
            stream.student.release();
            stream.askNow("q3", "third", Priority.STANDARD, null);
            stream.await(2);
            assertThat(stream.student.asked()).containsExactly("first", "third");
        }
    }

    @Test
    void queryReadPastItsDeadlineCostsNothing() {
        try (var stream = stream(Map.of())) {
            stream.pass(Duration.ofSeconds(3));
            stream.ask(
                    QueryEvent.newBuilder()
                            .setQueryId("q1")
                            .setQuery("odd")
                            .setPriority(Priority.INTERACTIVE)
                            .build(),
                    START,
                    Map.of());
            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value().getSource()).isEqualTo(Source.FALLBACK);
                assertThat(record.value().getDetail()).isEqualTo("its deadline had passed when it was read");
            });
            assertThat(stream.student.runs()).isZero();
        }
    }

    @Test
    void mostUrgentGoesFirst() {
        var one = settings(Map.of("tail.threads", 1, "tail.sub.batch.queries", 1));
        try (var stream = stream(one.withBatch(one.batch().withInteractiveThreads(0)))) {
            stream.student.hold();
            stream.askNow("q0", "running", Priority.STANDARD, null);
            TestStream.until(() -> stream.student.held() == 1);
            stream.askNow("q1", "background", Priority.BACKGROUND, null);
            stream.askNow("q2", "standard", Priority.STANDARD, null);
            stream.askNow("q3", "standard late", Priority.STANDARD, 60_000);
            stream.askNow("q4", "standard soon", Priority.STANDARD, 50_000);
            stream.askNow("q5", "interactive", Priority.INTERACTIVE, 60_000);
            stream.askNow("q6", "background raised", Priority.BACKGROUND, null);
            stream.askNow("q7", "background raised", Priority.INTERACTIVE, 40_000);
            stream.student.release();
            stream.await(8);
            assertThat(stream.student.asked())
                    .containsExactly(
                            "running",
                            "background raised",
                            "interactive",
                            "standard soon",
                            "standard late",
                            "standard",
                            "background");
        }
    }

    // ---- the cascade

    @Test
    void largerStudentIsAskedOnlyWhereTheFastOneIsUnsure() {
        var larger = new FakeStudent("larger@1");
        try (var stream = primed(new TestStream(Role.ALL, state, settings(Map.of()), larger))) {
            stream.ask("q1", "unsure thing");
            stream.ask("q2", "sure thing");
            var answers = stream.await(2);
            assertThat(answer(answers, "q1").getStudent()).isEqualTo("larger@1");
            assertThat(answer(answers, "q2").getStudent()).isEqualTo("fake@1");
            assertThat(larger.asked()).containsExactly("unsure thing");
            stream.ask("q3", "unsure thing");
            var again = stream.await(1);
            assertThat(sources(again)).containsExactly("q3 CACHE");
            assertThat(answer(again, "q3").getStudent()).isEqualTo("larger@1");
        }
    }

    @Test
    void bestAnswerSoFarGoesOutMarkedWhenTheLargerStudentIsLate() {
        var larger = new FakeStudent("larger@1");
        larger.hold();
        try (var stream = primed(new TestStream(Role.ALL, state, settings(Map.of()), larger))) {
            stream.askNow("q1", "unsure thing", Priority.STANDARD, 1_000);
            TestStream.until(() -> {
                stream.pass(Duration.ofMillis(2));
                return larger.held() == 1;
            });
            stream.pass(Duration.ofMillis(1_000));
            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value().getSource()).isEqualTo(Source.STUDENT);
                assertThat(record.value().getStudent()).isEqualTo("fake@1");
                assertThat(record.value().getDetail())
                        .isEqualTo("its deadline passed before the larger student answered");
            });
            larger.release();
        }
    }

    @Test
    void fastAnswerStandsWhereTheLargerStudentFails() {
        var larger = new TextStudent() {
            @Override
            public String id() {
                return "larger@1";
            }

            @Override
            protected List<List<Span>> answer(List<String> queries) {
                throw new StudentException("made up");
            }
        };
        try (var stream = primed(new TestStream(Role.ALL, state, settings(Map.of()), larger))) {
            stream.ask("q1", "unsure thing");
            assertThat(stream.await(1)).singleElement().satisfies(record -> {
                assertThat(record.value().getSource()).isEqualTo(Source.STUDENT);
                assertThat(record.value().getStudent()).isEqualTo("fake@1");
            });
        }
    }

    /** With no share of the budget for the fast student there is no time for the larger one. */
    @Test
    void largerStudentIsNotBegunWithOnceTheFastOnesShareIsUsedUp() {
        var larger = new FakeStudent("larger@1");
        var all = settings(Map.of());
        var settings = all.withCascade(all.cascade().withFastShare(0));
        try (var stream = primed(new TestStream(Role.ALL, state, settings, larger))) {
            stream.student.hold();
            stream.askNow("q1", "unsure thing", Priority.STANDARD, 60_000);
            stream.pass(Duration.ofMillis(10));
            stream.student.release();
            assertThat(answer(stream.await(1), "q1").getStudent()).isEqualTo("fake@1");
            assertThat(larger.asked()).isEmpty();
        }
    }

    // ---- shedding

    /** Marks at 5, 8 and 10 of 10; BACKGROUND is taken again only below 4.5, not at 5 minus one. */
    @Test
    void lowestPriorityIsShedFirstAndTakenAgainWithHysteresis() {
        var ten = Map.of("tail.pending.max.queries", 10, "tail.threads", 1, "tail.sub.batch.queries", 1);
        try (var stream = stream(ten)) {
            stream.student.hold();
            ask(stream, "s", 5, Priority.STANDARD);
            ask(stream, "b", 1, Priority.BACKGROUND);
            assertThat(sources(stream.answers())).containsExactly("b0 SHED");
            ask(stream, "t", 4, Priority.STANDARD);
            assertThat(sources(stream.answers())).containsExactly("t3 SHED");
            ask(stream, "i", 3, Priority.INTERACTIVE);
            assertThat(stream.answers()).singleElement().satisfies(record -> {
                assertThat(record.value().getQueryId()).isEqualTo("i2");
                assertThat(record.value().getSource()).isEqualTo(Source.SHED);
                assertThat(record.value().getDetail())
                        .isEqualTo("the tail is full for INTERACTIVE: 10 queries pending");
                assertThat(record.value().getTags()).isEmpty();
            });
            // Joining what is under way costs nothing, but memory: it is bound too.
            stream.askNow("j", "s0 odd", Priority.STANDARD, null);
            assertThat(sources(stream.answers())).containsExactly("j SHED");

            stream.student.release();
            stream.await(10);
            ask(stream, "c", 1, Priority.BACKGROUND);
            assertThat(sources(stream.await(1))).containsExactly("c0 STUDENT");
            assertThat(stream.meters.total(MeterName.ANSWERS, Source.SHED)).isEqualTo(4);
        }
    }

    @Test
    void headHitIsNeverShed() {
        try (var stream = stream(Map.of("tail.pending.max.queries", 1))) {
            stream.publish("v1", "milk", "food");
            stream.activate("v1", START);
            stream.student.hold();
            ask(stream, "s", 3, Priority.STANDARD);
            stream.answers();
            stream.askNow("h", "milk", Priority.BACKGROUND, null);
            assertThat(sources(stream.answers())).containsExactly("h HEAD");
            stream.student.release();
        }
    }

    @Test
    void backgroundIsDeferredWhereTheSiteSaysSoAndAnsweredOnceThereIsRoom() {
        var four = settings(Map.of("tail.pending.max.queries", 4, "tail.background.when.full", "defer"));
        try (var stream = stream(four.withAdmission(four.admission().withMaxDeferred(3)))) {
            stream.student.hold();
            ask(stream, "s", 2, Priority.STANDARD);
            ask(stream, "b", 4, Priority.BACKGROUND);
            assertThat(sources(stream.answers())).containsExactly("b3 SHED");
            assertThat(stream.ledger()).hasSize(5);
            assertThat(stream.gauge(MeterName.TAIL_DEFERRED)).isEqualTo(3);
            stream.student.release();
            assertThat(sources(stream.await(5)))
                    .containsExactlyInAnyOrder("s0 STUDENT", "s1 STUDENT", "b0 STUDENT", "b1 STUDENT", "b2 STUDENT");
            assertThat(stream.gauge(MeterName.TAIL_DEFERRED)).isZero();
            assertThat(stream.gauge(MeterName.TAIL_PENDING)).isZero();
        }
    }

    private TestStream stream(Map<String, ?> settings) {
        return stream(settings(settings));
    }

    private TestStream stream(TailSettings settings) {
        return primed(new TestStream(Role.ALL, state, "at_least_once", settings));
    }

    /** With a watchdog that leaves a held student alone, however slow the machine is. */
    private static TailSettings settings(Map<String, ?> changes) {
        var all = new HashMap<String, Object>(changes);
        all.put("tail.watchdog.ms", 600_000L);
        return TailSettings.with(all);
    }

    /** Behind an empty snapshot, so that every miss is a genuine one and none is held. */
    private static TestStream primed(TestStream stream) {
        stream.activate("v0", Instant.EPOCH);
        return stream;
    }

    private static void ask(TestStream stream, String prefix, int count, Priority priority) {
        IntStream.range(0, count).forEach(i -> stream.askNow(prefix + i, prefix + i + " odd", priority, null));
    }

    private static List<String> sources(List<TestRecord<byte[], TaggedQuery>> answers) {
        return answers.stream()
                .map(record ->
                        record.value().getQueryId() + ' ' + record.value().getSource())
                .toList();
    }

    private static TaggedQuery answer(List<TestRecord<byte[], TaggedQuery>> answers, String id) {
        return answers.stream()
                .map(TestRecord::value)
                .filter(answer -> answer.getQueryId().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
