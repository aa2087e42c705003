package io.tagweir.bench;

import java.util.Map;

/** Elapsed and processor time since it was made. One thread. */
final class Stopwatch {

    private final long started = System.nanoTime();
    private final long cpu = ProcessorTime.nanos();

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** What so many records came to. */
    Map<String, Double> figures(long records) {
        return Course.figures(records / seconds(), (ProcessorTime.nanos() - cpu) / 1e3 / records);
    }
}
