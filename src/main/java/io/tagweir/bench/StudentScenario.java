package io.tagweir.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tail's throughput: a backlog of nothing but misses drained by the application, beside the same student fed the
 * same texts from memory.
 */
public record StudentScenario(Course course, Contender application, DirectStudent direct) {

    private static final String DIRECT = "student-direct";

    public void run() {
        int count = course.scale().tail();
        var misses = new Traffic(0, 1, Queries.COUNT - count);
        var drain = course.backlog("queries-tail", misses, count);
        var texts = IntStream.range(0, count).mapToObj(misses.texts(1)).toList();
        var rounds = new Rounds(course)
                .add(DIRECT, () -> direct(texts))
                .add(application.name(), () -> drain.run(application).figures())
                .run();
        rounds.report();
        rounds.ratio(application.name(), DIRECT, Aim.atLeast(0.9));
    }

    private Map<String, Double> direct(List<String> texts) {
        long cpu = ProcessorTime.nanos();
        double rate = direct.run(texts);
        return Course.figures(rate, (ProcessorTime.nanos() - cpu) / 1e3 / texts.size());
    }
}
