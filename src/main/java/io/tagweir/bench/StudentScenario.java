package io.tagweir.bench;

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
        var rates = new Rounds(course.scale(), course.progress())
                .add(DIRECT, () -> direct.run(texts))
                .add(application.name(), () -> drain.run(application).recordsPerSecond())
                .run();
        rates.names().forEach(name -> course.report().add(name, Course.RATE, rates.of(name)));
        course.report()
                .ratio(
                        application.name() + " / " + DIRECT,
                        rates.of(application.name()).over(rates.of(DIRECT)),
                        Aim.atLeast(0.9));
    }
}
