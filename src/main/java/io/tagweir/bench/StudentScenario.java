package io.tagweir.bench;

import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tail's throughput: a backlog of nothing but misses, no two alike, drained by the application, beside the same
 * student fed the same texts from memory.
 */
public record StudentScenario(Course course, Contender application, DirectStudent direct) {

    private static final String DIRECT = "student-direct";

    public void run() {
        int count = course.scale().tail();
        var backlog = new Backlog(course, "queries-tail", Traffic.mixed(0, 1), count);
        var rounds = new Rounds(course)
                .before(backlog::fill)
                .add(DIRECT, () -> direct(backlog.traffic(), count))
                .add(application.name(), () -> backlog.run(application).figures())
                .run();
        rounds.report();
        rounds.ratio(application.name(), DIRECT, Aim.atLeast(0.9));
    }

    private Map<String, Double> direct(Traffic traffic, int count) {
        var texts = IntStream.range(0, count).mapToObj(traffic.texts(1)).toList();
        var clock = new Stopwatch();
        var run = direct.run(texts);
        var figures = clock.figures(count);
        figures.put("batch_p50_ms", run.batch().p50());
        figures.put("batch_p99_ms", run.batch().p99());
        return figures;
    }
}
