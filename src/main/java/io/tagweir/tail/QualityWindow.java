package io.tagweir.tail;

import io.tagweir.meter.Meters;
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
    private final Deque<Map<String, QualityCounts>> latest = new ArrayDeque<>();
    private final Map<String, QualityCounts> sums = new HashMap<>();

    QualityWindow(String student, Meters meters) {
        this.student = student;
        this.meters = meters;
        show(ALL);
    }

    private void show(String label) {
        sums.put(label, QualityCounts.NONE);
        gauge(Meters.Name.QUALITY_PRECISION, label, QualityCounts::precision);
        gauge(Meters.Name.QUALITY_RECALL, label, QualityCounts::recall);
        gauge(Meters.Name.QUALITY_F1, label, QualityCounts::f1);
    }

    private void gauge(Meters.Name name, String label, ToDoubleFunction<QualityCounts> share) {
        meters.qualityGauge(name, student, label, () -> share.applyAsDouble(sum(label)));
    }

    private synchronized QualityCounts sum(String label) {
        return sums.getOrDefault(label, QualityCounts.NONE);
    }

    /** @param query spans of one query, by label */
    synchronized void add(Map<String, QualityCounts> query) {
        var counted = new HashMap<>(query);
        counted.put(ALL, query.values().stream().reduce(QualityCounts.NONE, QualityCounts::plus));
        latest.add(counted);
        counted.forEach((label, counts) -> {
            if (!sums.containsKey(label)) {
                show(label);
            }
            sums.merge(label, counts, QualityCounts::plus);
        });
        if (latest.size() > LATEST) {
            latest.remove().forEach((label, counts) -> sums.computeIfPresent(label, (any, sum) -> sum.minus(counts)));
        }
    }
}
