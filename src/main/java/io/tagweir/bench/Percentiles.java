package io.tagweir.bench;

import org.HdrHistogram.Histogram;

/** Percentiles of a latency, in milliseconds; NaN where nothing was measured. */
public record Percentiles(double p50, double p99, double p999, double max) {

    static Percentiles of(Histogram micros) {
        return new Percentiles(at(micros, 50), at(micros, 99), at(micros, 99.9), at(micros, 100));
    }

    /** Whether nothing was measured. */
    public boolean isEmpty() {
        return Double.isNaN(max);
    }

    private static double at(Histogram micros, double percentile) {
        return micros.getTotalCount() == 0 ? Double.NaN : micros.getValueAtPercentile(percentile) / 1e3;
    }
}
