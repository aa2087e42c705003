package io.tagweir.bench;

import java.time.Duration;

/**
 * Whether memory stays flat over an hour's worth of misses, no two alike, sent as fast as the student can bear: after a
 * quarter of them, when caches and pools are full, and after all.
 *
 * <p>Alone: {@code ./tagweir bench tail-memory}. The application runs in this process, beside sender and reader, and
 * nothing is pending when memory is looked at. The heap is what is left of it after a collection.
 *
 * @param application with caches small enough to be full after a quarter
 * @param direct tells how many misses the student can bear
 */
public record MemoryScenario(Course course, Contender application, DirectStudent direct) {

    private static final String NAME = "tail-memory";
    private static final double BEARABLE = 0.5;
    private static final double MOST = 10_000;
    private static final Tuning TUNING = Tuning.latency(false, 100);

    public void run() {
        int misses = course.scale().distinct();
        double rate = Math.min(MOST, BEARABLE * direct.capacity(course));
        course.say("tail-memory: %d misses at %.0f/s".formatted(misses, rate));
        var part = Duration.ofMillis((long) (misses / 4 * 1e3 / rate));
        MemoryUse first;
        MemoryUse last;
        try (var live = LiveLoad.start(course, application, TUNING, rate, Traffic.mixed(0, 1))) {
            live.window(part);
            first = MemoryUse.now();
            for (int i = 1; i < 4; i++) {
                live.window(part);
            }
            last = MemoryUse.now();
        }
        var report = course.report();
        report.add(NAME, "misses", Sample.of(misses));
        report.add(NAME, "heap_mb_first", Sample.of(MemoryUse.mb(first.heap())));
        report.add(NAME, "heap_mb_last", Sample.of(MemoryUse.mb(last.heap())));
        report.add(NAME, "rss_mb_first", Sample.of(MemoryUse.mb(first.resident())));
        report.add(NAME, "rss_mb_last", Sample.of(MemoryUse.mb(last.resident())));
        report.ratio("tail-memory, heap", Sample.of((double) last.heap() / first.heap()), Aim.atMost(1.1));
        report.ratio("tail-memory, resident", Sample.of((double) last.resident() / first.resident()), Aim.atMost(1.1));
    }
}
