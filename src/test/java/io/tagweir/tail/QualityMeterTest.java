package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class QualityMeterTest {

    private static final String STUDENT = "student@1";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final QualityMeter quality = new QualityMeter(new Meters(registry));

    @Test
    void spanCountsOnlyWithTheTeachersLabelStartAndEnd() {
        compare(
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
    void sameSpanTwiceCountsOnce() {
        compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3), span("color", 0, 3)));
        assertThat(spans("color", "TP")).isOne();
    }

    @Test
    void comparisonsOfSeveralThreadsAllCount() throws InterruptedException {
        var threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 800; i++) {
            threads.execute(
                    () -> compare(List.of(tag("color", 0, 3)), List.of(span("color", 0, 3), span("brand", 4, 8))));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(spans("color", "TP")).isEqualTo(800);
        assertThat(spans("brand", "FP")).isEqualTo(800);
    }

    @Test
    void studentsAreMeasuredApart() {
        quality.compare("old@1", List.of(tag("color", 0, 3)), List.of());
        quality.compare("new@1", List.of(tag("color", 0, 3)), List.of(span("color", 0, 3)));

        assertThat(spans("color", "TP", "old@1")).isZero();
        assertThat(spans("color", "TP", "new@1")).isOne();
        assertThat(spans("color", "FN", "old@1")).isOne();
        assertThat(spans("color", "FN", "new@1")).isZero();
    }

    @Test
    void afterManySwapsThereAreAsManyMetersAsAfterAFew() {
        for (int i = 0; i < QualityMeter.STUDENTS; i++) {
            quality.compare("student@" + i, List.of(tag("color", 0, 3)), List.of(span("brand", 0, 3)));
        }
        int few = registry.getMeters().size();
        for (int i = 0; i < 50; i++) {
            quality.compare("student@" + i, List.of(tag("color", 0, 3)), List.of(span("brand", 0, 3)));
        }
        assertThat(registry.getMeters()).hasSize(few);
        assertThat(spans("brand", "FP", "student@49")).isOne();
        assertThat(registry.find("tagweir.quality.spans")
                        .tag("student", "student@46")
                        .counters())
                .isEmpty();
    }

    private void compare(List<Tag> teacher, List<Span> student) {
        quality.compare(STUDENT, teacher, student);
    }

    private double spans(String label, String outcome) {
        return spans(label, outcome, STUDENT);
    }

    private double spans(String label, String outcome, String student) {
        var counter = registry.find("tagweir.quality.spans")
                .tags("student", student, "label", label, "outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private static Tag tag(String label, int start, int end) {
        return new Tag(label, "value", start, end, 1f);
    }

    private static Span span(String label, int start, int end) {
        return new Span(label, start, end, 0.9f);
    }
}
