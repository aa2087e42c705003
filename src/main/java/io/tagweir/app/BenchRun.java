package io.tagweir.app;

import io.tagweir.bench.Aim;
import io.tagweir.bench.AvroPassThrough;
import io.tagweir.bench.Course;
import io.tagweir.bench.DrainScenario;
import io.tagweir.bench.IsolationScenario;
import io.tagweir.bench.LatencyScenario;
import io.tagweir.bench.Naive;
import io.tagweir.bench.RawPassThrough;
import io.tagweir.bench.StudentScenario;
import io.tagweir.bench.Traffic;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of the benchmark: which contenders meet in which scenario, and what is aimed at. Owned by one thread. */
final class BenchRun {

    /** What can be asked for, in the order it is run. */
    enum Scenario {
        PASS_THROUGH,
        HEAD,
        MIXED,
        STUDENT,
        LATENCY
    }

    private static final double MISSES = 0.02;
    /** Few enough that an overloaded tail is full at once and sheds. */
    private static final String SHEDDING = "2000";

    private static final String MIXED = "mixed";

    private final Course course;
    private final BenchField field;

    BenchRun(Course course, BenchField field) {
        this.course = course;
        this.field = field;
    }

    void run(Set<Scenario> scenarios) {
        if (scenarios.contains(Scenario.PASS_THROUGH) || scenarios.contains(Scenario.HEAD)) {
            drainHead(scenarios.contains(Scenario.HEAD));
        }
        if (scenarios.contains(Scenario.MIXED)) {
            drainMixed();
            new IsolationScenario(
                            course,
                            small().with("isolation", "tail.pending.max.queries", SHEDDING),
                            course.scale().smallHead(),
                            field.directStudent())
                    .run();
        }
        if (scenarios.contains(Scenario.STUDENT)) {
            new StudentScenario(
                            course,
                            small().with("student-topology", "tail.pending.max.queries", "10000000"),
                            field.directStudent())
                    .run();
        }
        if (scenarios.contains(Scenario.LATENCY)) {
            new LatencyScenario(
                            course,
                            small(),
                            field.avroPassThrough(),
                            course.scale().smallHead())
                    .run(drained());
        }
    }

    private BenchApplication small() {
        return field.application(course.scale().smallHead());
    }

    private void drainHead(boolean withHead) {
        var scale = course.scale();
        var drains = new DrainScenario(course);
        var small = drains.backlog("queries-small", Traffic.hits(scale.smallHead()), scale.drain())
                .by(field.avroPassThrough())
                .by(field.rawPassThrough());
        if (!withHead) {
            drains.run();
            return;
        }
        var large = drains.backlog("queries-large", Traffic.hits(scale.largeHead()), scale.drain());
        var applications = List.of(small(), field.application(scale.largeHead()));
        small.by(applications.get(0));
        large.by(applications.get(1));
        drains.run();
        for (var application : applications) {
            drains.ratio(application.name(), AvroPassThrough.NAME, Aim.atLeast(1));
            drains.ratio(application.name(), RawPassThrough.NAME, Aim.atLeast(0.85));
        }
    }

    private void drainMixed() {
        var scale = course.scale();
        var drains = new DrainScenario(course);
        drains.backlog("queries-mixed", new Traffic(scale.smallHead(), MISSES, scale.smallHead()), scale.mixed())
                .by(small().with(MIXED, "tail.pending.max.queries", "10000000"))
                .by(field.naive(scale.smallHead()));
        drains.run();
        drains.ratio(MIXED, Naive.NAME, Aim.atLeast(2.2));
    }

    /** What the application drains of the traffic that latency is measured with; null where that was not measured. */
    private @Nullable Double drained() {
        var rate = course.report().median(MIXED, Course.RATE);
        return rate.isPresent() ? rate.getAsDouble() : null;
    }
}
