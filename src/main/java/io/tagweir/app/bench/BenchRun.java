package io.tagweir.app.bench;

import io.tagweir.bench.Aim;
import io.tagweir.bench.AvroPassThrough;
import io.tagweir.bench.Course;
import io.tagweir.bench.DrainScenario;
import io.tagweir.bench.LatencyScenario;
import io.tagweir.bench.Naive;
import io.tagweir.bench.RawPassThrough;
import io.tagweir.bench.Traffic;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One run of the benchmark: which contenders meet in which scenario, and what is aimed at. Owned by one thread. */
final class BenchRun {

    /** What can be asked for, in the order it is run. */
    enum Scenario {
        PASS_THROUGH,
        HEAD,
        TABLE_SIZE,
        RESTORE,
        PUBLISH,
        SWITCH,
        MIXED,
        ISOLATION,
        STUDENT,
        CACHE_COST,
        BURST,
        ZIPF_DRIFT,
        TAIL_MEMORY,
        LATENCY
    }

    private static final Set<Scenario> DRAINS = EnumSet.of(Scenario.PASS_THROUGH, Scenario.HEAD, Scenario.TABLE_SIZE);

    private static final double MISSES = 0.02;
    private static final String MIXED = "mixed";

    private final Course course;
    private final BenchField field;
    private final BenchSnapshots snapshots;
    private final BenchTail tail;

    BenchRun(Course course, BenchField field, BenchSnapshots snapshots, BenchTail tail) {
        this.course = course;
        this.field = field;
        this.snapshots = snapshots;
        this.tail = tail;
    }

    void run(Set<Scenario> scenarios) {
        if (DRAINS.stream().anyMatch(scenarios::contains)) {
            drainHead(scenarios);
        }
        if (scenarios.contains(Scenario.RESTORE)) {
            snapshots.restore(large()).run();
        }
        if (scenarios.contains(Scenario.PUBLISH)) {
            snapshots.publish().run();
        }
        if (scenarios.contains(Scenario.SWITCH)) {
            snapshots.switches().run();
        }
        if (scenarios.contains(Scenario.MIXED)) {
            drainMixed(true);
        }
        if (scenarios.contains(Scenario.ISOLATION)) {
            tail.isolation();
        }
        runTail(scenarios);
        if (scenarios.contains(Scenario.LATENCY)) {
            new LatencyScenario(
                            course,
                            small(),
                            field.avroPassThrough(),
                            course.scale().smallHead())
                    .run(this::drained);
        }
    }

    private void runTail(Set<Scenario> scenarios) {
        boolean student = scenarios.contains(Scenario.STUDENT);
        boolean cacheCost = scenarios.contains(Scenario.CACHE_COST);
        if (student || cacheCost) {
            tail.misses(student, cacheCost);
        }
        if (scenarios.contains(Scenario.BURST)) {
            tail.burst();
        }
        if (scenarios.contains(Scenario.ZIPF_DRIFT)) {
            tail.drift();
        }
        if (scenarios.contains(Scenario.TAIL_MEMORY)) {
            tail.memory();
        }
    }

    private BenchApplication large() {
        return field.application(course.scale().largeHead());
    }

    private BenchApplication small() {
        return field.application(course.scale().smallHead());
    }

    /** What drains hits only: in the same rounds, so that each contender runs once in them. */
    private void drainHead(Set<Scenario> scenarios) {
        var scale = course.scale();
        boolean head = scenarios.contains(Scenario.HEAD);
        boolean tableSize = scenarios.contains(Scenario.TABLE_SIZE);
        var drains = new DrainScenario(course);
        var small = hits(drains, scale.smallHead());
        if (head || scenarios.contains(Scenario.PASS_THROUGH)) {
            small.by(field.avroPassThrough()).by(field.rawPassThrough());
        }
        if (head || tableSize) {
            small.by(small());
            hits(drains, scale.largeHead()).by(large());
        }
        if (tableSize) {
            hits(drains, scale.hugeHead()).by(field.application(scale.hugeHead()));
        }
        drains.run();
        if (head) {
            for (var application : List.of(small(), large())) {
                drains.ratio(application.name(), AvroPassThrough.NAME, Aim.atLeast(1));
                drains.ratio(application.name(), RawPassThrough.NAME, Aim.atLeast(0.85));
            }
        }
        if (tableSize) {
            for (var application : List.of(large(), field.application(scale.hugeHead()))) {
                drains.ratio(application.name(), small().name(), Aim.atLeast(0.8));
            }
        }
    }

    private DrainScenario.Entries hits(DrainScenario drains, int rows) {
        return drains.backlog(
                "queries-" + BenchField.size(rows),
                Traffic.hits(rows),
                course.scale().drain());
    }

    private void drainMixed(boolean withNaive) {
        var scale = course.scale();
        var drains = new DrainScenario(course);
        var backlog = drains.backlog("queries-mixed", Traffic.mixed(scale.smallHead(), MISSES), scale.mixed())
                .by(small().with(MIXED, BenchTail.NEVER_SHEDS));
        if (withNaive) {
            backlog.by(field.naive(scale.smallHead()));
        }
        drains.run();
        if (withNaive) {
            drains.ratio(MIXED, Naive.NAME, Aim.atLeast(2.2));
        }
    }

    /** What the application drains a second of the traffic that latency is measured with. */
    private double drained() {
        if (course.report().median(MIXED, Course.RATE).isEmpty()) {
            drainMixed(false);
        }
        return course.report().median(MIXED, Course.RATE).orElseThrow();
    }
}
