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
 * Prometheus makes rates of them, and precision, recall and F1 of any label over any time. The gauges hold the same of
 * all labels over the latest queries, and NaN where there is nothing to divide by.
 *
 * <p>Thread-safe.
 */
final class QualityMeter {

    /** Queries the gauges look back on: their F1 is good to about two points. */
    static final int LATEST = 1_000;

    /** The spans of one query, or of all of the latest. */
    private record Counts(int both, int studentAlone, int teacherAlone) {

        Counts plus(Counts other, int sign) {
            return new Counts(
                    both + sign * other.both,
                    studentAlone + sign * other.studentAlone,
                    teacherAlone + sign * other.teacherAlone);
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
    private final Deque<Counts> latest = new ArrayDeque<>();
    private Counts sum = new Counts(0, 0, 0);

    QualityMeter(Meters meters) {
        this.meters = meters;
        meters.gauge(Meters.Name.QUALITY_PRECISION, () -> sum().precision());
        meters.gauge(Meters.Name.QUALITY_RECALL, () -> sum().recall());
        meters.gauge(Meters.Name.QUALITY_F1, () -> sum().f1());
    }

    private synchronized Counts sum() {
        return sum;
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
        var both = new HashSet<>(expected);
        both.retainAll(found);
        count(both, "TP");
        expected.removeAll(both);
        found.removeAll(both);
        count(found, "FP");
        count(expected, "FN");
        add(new Counts(both.size(), found.size(), expected.size()));
    }

    private void count(Iterable<Place> places, String outcome) {
        Map<String, Integer> byLabel = new HashMap<>();
        places.forEach(place -> byLabel.merge(place.label, 1, Integer::sum));
        byLabel.forEach((label, spans) -> meters.qualitySpans(label, outcome, spans));
    }

    private synchronized void add(Counts query) {
        latest.add(query);
        sum = sum.plus(query, 1);
        if (latest.size() > LATEST) {
            sum = sum.plus(latest.remove(), -1);
        }
    }
}
