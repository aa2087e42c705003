package io.tagweir.tail;

import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How good the student is, by the teacher's word: its spans against the teacher's for queries that the head has
 * answered and the student was not trained on.
 *
 * <p>A span counts where label, start and end are the teacher's, in code points of the canonical query. Of each label
 * the agreements (TP), the student's own (FP) and the teacher's own (FN) are counted from the start of the process;
 * Prometheus makes rates of them, and precision, recall and F1 over any time. The gauges hold the same of each label,
 * and of all together, over the latest queries, and NaN where there is nothing to divide by.
 *
 * <p>Thread-safe.
 */
final class QualityMeter {

    /** Queries the gauges look back on: their F1 is good to about two points. */
    static final int LATEST = 1_000;

    /** Stands for all labels together; no taxonomy's label. */
    static final String ALL = "*";

    /** Spans of one label, in one query or in all of the latest. */
    private record Counts(int both, int studentAlone, int teacherAlone) {

        static final Counts NONE = new Counts(0, 0, 0);

        static Counts of(boolean byTeacher, boolean byStudent) {
            return byTeacher && byStudent ? new Counts(1, 0, 0) : new Counts(0, byStudent ? 1 : 0, byTeacher ? 1 : 0);
        }

        Counts plus(Counts other) {
            return new Counts(both + other.both, studentAlone + other.studentAlone, teacherAlone + other.teacherAlone);
        }

        Counts minus(Counts other) {
            return plus(new Counts(-other.both, -other.studentAlone, -other.teacherAlone));
        }

        double precision() {
            return share(both, both + studentAlone);
        }

        double recall() {
            return share(both, both + teacherAlone);
        }

        double f1() {
            return share(2 * both, 2 * both + studentAlone + teacherAlone);
        }

        private static double share(int part, int whole) {
            return whole == 0 ? Double.NaN : (double) part / whole;
        }
    }

    private record Place(String label, int start, int end) {}

    private final Meters meters;
    private final Deque<Map<String, Counts>> latest = new ArrayDeque<>();
    private final Map<String, Counts> sums = new HashMap<>();

    QualityMeter(Meters meters) {
        this.meters = meters;
        watch(ALL);
    }

    private void watch(String label) {
        sums.put(label, Counts.NONE);
        meters.gauge(Meters.Name.QUALITY_PRECISION, label, () -> sum(label).precision());
        meters.gauge(Meters.Name.QUALITY_RECALL, label, () -> sum(label).recall());
        meters.gauge(Meters.Name.QUALITY_F1, label, () -> sum(label).f1());
    }

    private synchronized Counts sum(String label) {
        return sums.getOrDefault(label, Counts.NONE);
    }

    /**
     * Takes the answers to one query into account.
     *
     * @param teacher offsets in the canonical query, as the head holds them
     * @param student offsets in the canonical query, too
     */
    void compare(List<Tag> teacher, List<Span> student) {
        var expected = new HashSet<Place>();
        teacher.forEach(tag -> expected.add(new Place(tag.getLabel(), tag.getStart(), tag.getEnd())));
        var found = new HashSet<Place>();
        student.forEach(span -> found.add(new Place(span.label(), span.start(), span.end())));
        var places = new HashSet<>(expected);
        places.addAll(found);
        var query = new HashMap<String, Counts>();
        for (var place : places) {
            var counts = Counts.of(expected.contains(place), found.contains(place));
            query.merge(place.label, counts, Counts::plus);
        }
        query.forEach((label, counts) -> {
            meters.qualitySpans(label, "TP", counts.both);
            meters.qualitySpans(label, "FP", counts.studentAlone);
            meters.qualitySpans(label, "FN", counts.teacherAlone);
        });
        query.put(ALL, query.values().stream().reduce(Counts.NONE, Counts::plus));
        add(query);
        meters.qualityCompared();
    }

    private synchronized void add(Map<String, Counts> query) {
        latest.add(query);
        query.forEach((label, counts) -> {
            if (!sums.containsKey(label)) {
                watch(label);
            }
            sums.merge(label, counts, Counts::plus);
        });
        if (latest.size() > LATEST) {
            latest.remove().forEach((label, counts) -> sums.computeIfPresent(label, (any, sum) -> sum.minus(counts)));
        }
    }

    /** An answer of the head was not compared. */
    void dropped(Shadows.Reason reason) {
        meters.qualityDropped(reason.name());
    }
}
