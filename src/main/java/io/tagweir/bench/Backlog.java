package io.tagweir.bench;

import org.jspecify.annotations.Nullable;

/**
 * A topic of queries to be drained, by one contender after the other. Where some of them miss it is filled anew for
 * each round, with misses that were never asked for: a cache would answer those of the last round. Owned by one thread.
 */
final class Backlog {

    private final Course course;
    private final String name;
    private final Traffic shape;
    private final int count;
    private @Nullable Traffic traffic;
    private @Nullable Drain drain;

    Backlog(Course course, String name, Traffic shape, int count) {
        this.course = course;
        this.name = name;
        this.shape = shape;
        this.count = count;
    }

    /** Fills it for the next round. */
    void fill() {
        if (drain != null) {
            if (shape.misses(count) == 0) {
                return;
            }
            course.bed().delete(drain.queries());
        }
        traffic = shape.anew(count, course.unasked());
        drain = course.backlog(course.bed().createNew(name), traffic, count);
    }

    /** The queries that lie in it. */
    Traffic traffic() {
        return filled(traffic);
    }

    Drain.Run run(Contender contender) {
        return filled(drain).run(contender);
    }

    private <T> T filled(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException(name + " has not been filled");
        }
        return part;
    }
}
