package io.tagweir.bench;

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
        var rounds = new Rounds(course.scale(), course.progress())
                .add(DIRECT, () -> Map.of(Course.RATE, direct.run(texts)))
                .add(application.name(), () -> drain.run(application).figures())
                .run();
        rounds.report(course.report());
        rounds.ratio(course.report(), application.name(), DIRECT, Aim.atLeast(0.9));
    }
}
