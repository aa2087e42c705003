package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.inference.Calibration.Measurement;
import io.tagweir.tail.TailSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void fewerThreadsArePickedWhereMoreGainNoMoreThanAFewPercent() {
        assertThat(Calibration.pick(List.of(figure(1, 8, 960), figure(2, 8, 1_000), figure(4, 16, 980))))
                .isEqualTo(figure(1, 8, 960));
        assertThat(Calibration.pick(
                        List.of(figure(1, 8, 940), figure(2, 8, 960), figure(2, 4, 970), figure(2, 16, 1_000))))
                .isEqualTo(figure(2, 4, 970));
    }

    @Test
    void threadsAreDoubledUpToTheCores() {
        assertThat(Calibration.threads(1)).containsExactly(1);
        assertThat(Calibration.threads(2)).containsExactly(1, 2);
        assertThat(Calibration.threads(6)).containsExactly(1, 2, 4, 6);
    }

    /** Each text is one token, so the token budget is the number of queries. */
    @Test
    void everyPairIsMeasuredAndItsSettingsAreThoseOfTheTail() throws InterruptedException {
        var student = new FaultyStudent(new FaultyStudent.Script());
        var calibration = new Calibration(List.of("a", "b", "c"), thread -> student);
        var figures = calibration.measure(List.of(1, 2), List.of(1, 4), Duration.ofMillis(1));
        assertThat(figures)
                .extracting(figure -> figure.threads() + "x" + figure.queries())
                .containsExactly("1x1", "1x4", "2x1", "2x4");
        assertThat(figures).allMatch(figure -> figure.queriesPerSecond() > 0);
        var batch =
                TailSettings.with(calibration.settings(figure(2, 4, 1234.6))).batch();
        assertThat(batch.threads()).isEqualTo(2);
        assertThat(batch.maxQueries()).isEqualTo(4);
        assertThat(batch.maxTokens()).isEqualTo(4);
        assertThat(batch.window()).isEqualTo(32);
        assertThat(batch.capacity()).isEqualTo(1235);
    }

    /** Little's law holds from the start, by the rate that was calibrated. */
    @Test
    void rateIsTheCalibratedOneUntilSomethingWasRun() {
        var rate = new ServiceRate(2, 1_000);
        assertThat(rate.timeFor(500)).isEqualTo(Duration.ofMillis(500));
        rate.add(1, Duration.ofMillis(10).toNanos());
        assertThat(rate.perSecond()).isEqualTo(200);
        assertThat(new ServiceRate(2, 0).timeFor(500)).isZero();
    }

    @Test
    void shapesToWarmAreALoneQueryAndTheFullestRunOfEachLength() {
        var batch = TailSettings.with(Map.of("tail.sub.batch.queries", 8, "tail.sub.batch.tokens", 256))
                .batch();
        assertThat(batch.shapes())
                .extracting(shape -> shape.queries() + "x" + shape.tokens())
                .containsExactly("1x16", "8x16", "1x32", "8x32", "1x64", "4x64");
    }

    @Test
    void oneThreadFeedsTheSessionOfAGpu() {
        var settings = TailSettings.with(Map.of("tail.threads", 4, "tail.sub.batch.queries", 32));
        assertThat(settings.withOneDispatcher().batch().threads()).isEqualTo(1);
        assertThat(settings.withOneDispatcher().batch().maxQueries()).isEqualTo(32);
    }

    private static Measurement figure(int threads, int queries, double rate) {
        return new Measurement(threads, queries, rate, Duration.ofMillis(1), 100);
    }
}
