package io.tagweir.bench;

import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tail's throughput: a backlog of nothing but misses, no two alike, drained by contenders in turn, beside the same
 * student fed the same texts from memory. Owned by one thread.
 */
public final class StudentScenario {

    /** Name of the student fed from memory. */
    public static final String DIRECT = "student-direct";

    private final int count;
    private final Backlog backlog;
    private final Rounds rounds;

    public StudentScenario(Course course) {
        count = course.scale().tail();
        backlog = new Backlog(course, "queries-tail", Traffic.mixed(0, 1), count);
        rounds = new Rounds(course).before(backlog::fill);
    }

    /** Enters a contender, under its name. */
    public StudentScenario by(Contender contender) {
        rounds.add(contender.name(), () -> backlog.run(contender).figures());
        return this;
    }

    /** Enters the ceiling, as {@link #DIRECT}. */
    public StudentScenario by(DirectStudent direct) {
        rounds.add(DIRECT, () -> run(direct));
        return this;
    }

    private Map<String, Double> run(DirectStudent direct) {
        var texts =
                IntStream.range(0, count).mapToObj(backlog.traffic().texts(1)).toList();
        var clock = new Stopwatch();
        var run = direct.run(texts);
        var figures = clock.figures(count);
        figures.put("batch_p50_ms", run.batch().p50());
        figures.put("batch_p99_ms", run.batch().p99());
        return figures;
    }

    /** Runs all rounds and reports what each came to. */
    public void run() {
        rounds.run().report();
    }

    /** Reports one's rate over another's, once they have run. */
    public void ratio(String name, String peer, Aim aim) {
        rounds.ratio(name, peer, aim);
    }
}
