package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.tag.PrecisionRecall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The latest queries that one student was compared on, with gauges of its precision, recall and F1 over them, by label
 * and for all labels together. Thread-safe.
 */
final class QualityWindow {

    /** Queries in the window; their F1 has a standard error of about two points. */
    static final int LATEST = 1_000;

    /** All labels together; not a label of any taxonomy. */
    static final String ALL = "*";

    private final String student;
    private final Meters meters;
    private final Deque<Map<String, PrecisionRecall>> latest = new ArrayDeque<>();
    private final Map<String, PrecisionRecall> sums = new HashMap<>();

    QualityWindow(String student, Meters meters) {
        this.student = student;
        this.meters = meters;
        show(ALL);
    }

    private void show(String label) {
        sums.put(label, PrecisionRecall.NONE);
        gauge(Meters.Name.QUALITY_PRECISION, label, counts -> counts.precision(Double.NaN));
        gauge(Meters.Name.QUALITY_RECALL, label, counts -> counts.recall(Double.NaN));
        gauge(Meters.Name.QUALITY_F1, label, counts -> counts.f1(Double.NaN));
    }

    private void gauge(Meters.Name name, String label, ToDoubleFunction<PrecisionRecall> share) {
        meters.qualityGauge(name, student, label, () -> share.applyAsDouble(sum(label)));
    }

    private synchronized PrecisionRecall sum(String label) {
        return sums.getOrDefault(label, PrecisionRecall.NONE);
    }

    /** @param query spans of one query, by label */
    synchronized void add(Map<String, PrecisionRecall> query) {
        var counted = new HashMap<>(query);
        counted.put(ALL, query.values().stream().reduce(PrecisionRecall.NONE, PrecisionRecall::plus));
        latest.add(counted);
        counted.forEach((label, counts) -> {
            if (!sums.containsKey(label)) {
                show(label);
            }
            sums.merge(label, counts, PrecisionRecall::plus);
        });
        if (latest.size() > LATEST) {
            latest.remove().forEach((label, counts) -> sums.computeIfPresent(label, (any, sum) -> sum.minus(counts)));
        }
    }
}
