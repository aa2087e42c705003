package io.tagweir.app;

import io.tagweir.bench.Aim;
import io.tagweir.bench.BurstScenario;
import io.tagweir.bench.Course;
import io.tagweir.bench.DrainScenario;
import io.tagweir.bench.DriftScenario;
import io.tagweir.bench.IsolationScenario;
import io.tagweir.bench.MemoryScenario;
import io.tagweir.bench.StudentScenario;
import io.tagweir.bench.Traffic;
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
    private static final String CACHE_ON = "cache-on";
    private static final String CACHE_OFF = "cache-off";

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

    void student() {
        new StudentScenario(course, small().with("student-topology", NEVER_SHEDS), field.directStudent()).run();
    }

    /** What the cache costs where it is of no use. */
    void cacheCost() {
        var drains = new DrainScenario(course);
        drains.backlog("queries-cache", Traffic.mixed(0, 1), course.scale().tail())
                .by(small().with(CACHE_ON, NEVER_SHEDS))
                .by(small().with(
                        CACHE_OFF, Map.of(MAX_PENDING, NEVER_SHEDS.get(MAX_PENDING), CACHE_HEAP, "0", CACHE_DISK, "0")));
        drains.run();
        drains.ratio(CACHE_ON, CACHE_OFF, Aim.atLeast(0.95));
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
