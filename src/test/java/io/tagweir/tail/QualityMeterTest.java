package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class QualityMeterTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final QualityMeter quality = new QualityMeter(new Meters(registry));

    @Test
    void spanCountsOnlyWithTheTeachersLabelStartAndEnd() {
        quality.compare(
                List.of(tag("color", 0, 3), tag("brand", 4, 8), tag("product", 9, 14)),
                List.of(span("color", 0, 3), span("brand", 4, 7), span("size", 9, 14)));

        assertThat(spans("color", "TP")).isOne();
        assertThat(spans("brand", "FP")).isOne();
        assertThat(spans("brand", "FN")).isOne();
        assertThat(spans("size", "FP")).isOne();
        assertThat(spans("product", "FN")).isOne();
        assertThat(spans("color", "FP") + spans("color", "FN") + spans("brand", "TP"))
                .isZero();
    }

    @Test
    void gaugesAreOfAllLabelsTogether() {
        quality.compare(List.of(tag("color", 0, 3), tag("brand", 4, 8)), List.of(span("color", 0, 3)));
        quality.compare(
                List.of(tag("color", 0, 3)),
                List.of(span("color", 0, 3), span("brand", 4, 8), span("brand", 9, 11), span("brand", 12, 13)));

        assertThat(gauge("precision")).isEqualTo(2 / 5.0);
        assertThat(gauge("recall")).isEqualTo(2 / 3.0);
        assertThat(gauge("f1")).isCloseTo(2 * 0.4 * (2 / 3.0) / (0.4 + 2 / 3.0), within(1e-12));
    }

    @Test
    void gaugesForgetWhatIsNotAmongTheLatestAndCountersDoNot() {
        quality.compare(List.of(), List.of(span("color", 0, 3)));
        for (int i = 0; i < QualityMeter.LATEST - 1; i++) {
            quality.compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3)));
        }
        assertThat(gauge("precision")).isLessThan(1);

        quality.compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3)));
        assertThat(gauge("precision")).isEqualTo(1);
        assertThat(spans("color", "FP")).isOne();
        assertThat(spans("color", "TP")).isEqualTo(QualityMeter.LATEST);
    }

    @Test
    void eachLabelHasItsOwn() {
        quality.compare(List.of(tag("color", 0, 3), tag("brand", 4, 8)), List.of(span("color", 0, 3)));
        quality.compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3), span("size", 9, 11)));

        assertThat(gauge("f1", "color")).isOne();
        assertThat(gauge("precision", "brand")).isNaN();
        assertThat(gauge("recall", "brand")).isZero();
        assertThat(gauge("precision", "size")).isZero();
        assertThat(gauge("recall", "size")).isNaN();
    }

    @Test
    void nothingComparedIsNoQuality() {
        assertThat(gauge("f1")).isNaN();
        quality.compare(List.of(), List.of());
        assertThat(gauge("f1")).isNaN();
    }

    @Test
    void sameSpanTwiceCountsOnce() {
        quality.compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3), span("color", 0, 3)));
        assertThat(spans("color", "TP")).isOne();
        assertThat(gauge("precision")).isOne();
    }

    @Test
    void comparisonsOfSeveralThreadsAllCount() throws InterruptedException {
        var threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 800; i++) {
            threads.execute(() ->
                    quality.compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3), span("brand", 4, 8))));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(spans("color", "TP")).isEqualTo(800);
        assertThat(gauge("precision")).isEqualTo(0.5);
    }

    private double spans(String label, String outcome) {
        var counter = registry.find("tagweir.quality.spans")
                .tags("label", label, "outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private double gauge(String what) {
        return gauge(what, QualityMeter.ALL);
    }

    private double gauge(String what, String label) {
        return registry.get("tagweir.quality." + what)
                .tag("label", label)
                .gauge()
                .value();
    }

    private static Tag tag(String label, int start, int end) {
        return new Tag(label, "value", start, end, 1f);
    }

    private static Span span(String label, int start, int end) {
        return new Span(label, start, end, 0.9f);
    }
}
