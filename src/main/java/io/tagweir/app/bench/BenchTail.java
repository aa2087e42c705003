package io.tagweir.app.bench;

import io.tagweir.bench.Aim;
import io.tagweir.bench.BurstScenario;
import io.tagweir.bench.Course;
import io.tagweir.bench.DriftScenario;
import io.tagweir.bench.IsolationScenario;
import io.tagweir.bench.MemoryScenario;
import io.tagweir.bench.StudentScenario;
import java.util.Map;

/** The scenarios in which the tail has most of the work, wired. Owned by one thread. */
final class BenchTail {

    static final String MAX_PENDING = "tail.pending.max.queries";

    /** More than any backlog has: a drain that sheds is no drain. */
    static final Map<String, String> NEVER_SHEDS = Map.of(MAX_PENDING, "10000000");

    /** Few enough that an overloaded tail is full at once and sheds. */
    private static final Map<String, String> SHEDS = Map.of(MAX_PENDING, "2000");

    /** What a burst leaves behind is worked off in seconds. */
    private static final Map<String, String> SHEDS_LATER = Map.of(MAX_PENDING, "20000");

    private static final String CACHE_HEAP = "tail.cache.heap.bytes";
    private static final String CACHE_DISK = "tail.cache.disk.bytes";
    private static final String TOPOLOGY = "student-topology";
    private static final String UNCACHED = "student-uncached";

    private final Course course;
    private final BenchField field;

    BenchTail(Course course, BenchField field) {
        this.course = course;
        this.field = field;
    }

    void isolation() {
        new IsolationScenario(
                        course, small().with("isolation", SHEDS), course.scale().smallHead(), field.directStudent())
                .run();
    }

    /**
     * A backlog of nothing but misses, in the same rounds for all that are asked for.
     *
     * @param student whether the student is fed from memory, too
     * @param cacheCost whether the application is run without a cache, too, which these misses have no use for
     */
    void misses(boolean student, boolean cacheCost) {
        var scenario = new StudentScenario(course).by(small().with(TOPOLOGY, NEVER_SHEDS));
        if (student) {
            scenario.by(field.directStudent());
        }
        if (cacheCost) {
            scenario.by(small().with(TOPOLOGY, NEVER_SHEDS).with(UNCACHED, Map.of(CACHE_HEAP, "0", CACHE_DISK, "0")));
        }
        scenario.run();
        if (student) {
            scenario.ratio(TOPOLOGY, StudentScenario.DIRECT, Aim.atLeast(0.9));
        }
        if (cacheCost) {
            scenario.ratio(TOPOLOGY, UNCACHED, Aim.atLeast(0.95));
        }
    }

    void burst() {
        new BurstScenario(
                        course,
                        small().with("burst", SHEDS_LATER),
                        course.scale().smallHead(),
                        field.directStudent())
                .run();
    }

    void drift() {
        new DriftScenario(course, small(), course.scale().smallHead(), field.directStudent()).run();
    }

    /** With caches that a quarter of the misses fills. */
    void memory() {
        var full = small().with("tail-memory", Map.of(CACHE_HEAP, "1000000", CACHE_DISK, "4000000"));
        new MemoryScenario(course, full, field.directStudent()).run();
    }

    private BenchApplication small() {
        return field.application(course.scale().smallHead());
    }
}
