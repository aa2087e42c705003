package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagweir.avro.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Five queries, one due each millisecond from 1 s on; the first is warm-up. */
final class AnswerCounterTest {

    private static final long START = Duration.ofSeconds(1).toNanos();

    private final AnswerCounter counter = new AnswerCounter(5, 1, AnswerCounterTest::due);

    @Test
    void queryWithoutAnswerIsMissing() {
        answer(0, Source.HEAD, 1);
        answer(3, Source.STUDENT, 1);
        assertThat(counter.missing()).isEqualTo(3);
        assertThat(counter.source(1)).isNull();
        assertThat(counter.source(3)).isEqualTo(Source.STUDENT);
    }

    @Test
    void secondAnswerIsADuplicateAndChangesNothingElse() {
        answer(1, Source.STUDENT, 2);
        answer(1, Source.HEAD, 70);
        var counts = counter.counts();
        assertThat(counts.answered()).isOne();
        assertThat(counts.duplicated()).isOne();
        assertThat(counts.bySource()).isEqualTo(Map.of(Source.STUDENT, 1));
        assertThat(counter.latency(1)).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void deadLetterAccountsForItsQueryAndOneAfterAnAnswerIsADuplicate() {
        counter.deadLettered("q-2");
        answer(3, Source.HEAD, 1);
        counter.deadLettered("q-3");
        var counts = counter.counts();
        assertThat(counts.deadLetters()).isOne();
        assertThat(counts.duplicated()).isOne();
        assertThat(counter.missing()).isEqualTo(3);
    }

    @Test
    void idsOfOtherLoadsAreIgnored() {
        counter.deadLettered("trickle-1");
        counter.deadLettered("q-5");
        assertThat(counter.missing()).isEqualTo(5);
        assertThat(counter.counts().duplicated()).isZero();
    }

    @Test
    void latencyRunsFromTheDueTimeAndLeavesOutTheWarmUp() {
        answer(0, Source.HEAD, 900);
        answer(1, Source.HEAD, 4);
        answer(2, Source.CACHE, 8);
        answer(3, Source.SHED, 8);
        var counts = counter.counts();
        assertThat(counts.head().max()).isCloseTo(4, within(0.01));
        assertThat(counts.tail().p50()).isCloseTo(8, within(0.01));
        assertThat(counts.answered()).isEqualTo(4);
        assertThat(counts.from(Source.HEAD)).isEqualTo(2);
    }

    @Test
    void latencyCanBeAskedForSomeQueriesOnly() {
        List.of(1, 2, 3).forEach(number -> answer(number, Source.HEAD, number));
        assertThat(counter.latency(number -> number < 3).max()).isCloseTo(2, within(0.01));
        assertThat(counter.latency(number -> number == 4).isEmpty()).isTrue();
    }

    @Test
    void recentLatenciesIncludeTheWarmUpAndStartOverWithEachCall() {
        answer(0, Source.HEAD, 900);
        assertThat(counter.recent().head().max()).isCloseTo(900, within(1.0));
        answer(1, Source.HEAD, 4);
        assertThat(counter.recent().head().max()).isCloseTo(4, within(0.01));
        assertThat(counter.recent().head().isEmpty()).isTrue();
    }

    private void answer(int number, Source source, int millis) {
        CountedAnswer.count(
                counter, number, source, Duration.ofNanos(due(number)).plusMillis(millis));
    }

    private static long due(int number) {
        return START + Duration.ofMillis(number).toNanos();
    }
}
