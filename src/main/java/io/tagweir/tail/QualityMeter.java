package io.tagweir.tail;

import io.tagweir.avro.Tag;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.SpanOutcome;
import io.tagweir.meter.TaggedCounter;
import io.tagweir.tag.PrecisionRecall;
import io.tagweir.tag.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures the quality of each student against the teacher, on queries that the head has answered and the student was
 * not trained on.
 *
 * <p>A span is right if its label, start and end equal the teacher's, in code points of the canonical query. For each
 * label the meter counts true positives (TP), false positives (FP) and false negatives (FN), from which Prometheus
 * computes precision, recall and F1 over any time range.
 *
 * <p>Each student is measured separately. The meters of the {@value #STUDENTS} students compared last are kept.
 * Thread-safe.
 */
final class QualityMeter {

    /** Students with meters: the active one, its predecessor, and a candidate. */
    static final int STUDENTS = 3;

    /** Most labels with meters of their own: the first that occur. */
    static final int LABELS = 100;

    /** All other labels together; not a label of any taxonomy. */
    static final String OTHER = "(other)";

    private record LabelledSpan(String label, int start, int end) {}

    private final Meters meters;
    private final TaggedCounter<ShadowQueries.SkipReason> dropped;

    /** By {@code id@version}, the least recently compared first. */
    private final Set<String> students = new LinkedHashSet<>();

    private final Set<String> labels = new HashSet<>();

    QualityMeter(Meters meters) {
        this.meters = meters;
        dropped = meters.counter(MeterName.QUALITY_DROPPED, ShadowQueries.SkipReason.class);
    }

    /**
     * Adds the answers to one query.
     *
     * @param student {@code id@version} of the student
     * @param teacher offsets in the canonical query, as the head holds them
     * @param spans the student's; offsets in the canonical query
     */
    void compare(String student, List<Tag> teacher, List<Span> spans) {
        var expected = new HashSet<LabelledSpan>();
        teacher.forEach(tag -> expected.add(new LabelledSpan(tag.getLabel(), tag.getStart(), tag.getEnd())));
        var found = new HashSet<LabelledSpan>();
        spans.forEach(span -> found.add(new LabelledSpan(span.label(), span.start(), span.end())));
        var query = new HashMap<String, PrecisionRecall>();
        PrecisionRecall.byLabel(expected, found, LabelledSpan::label)
                .forEach((label, counts) -> query.merge(shown(label), counts, PrecisionRecall::plus));
        add(student, query);
        meters.qualityCompared();
    }

    /** Bounds the number of time series: teacher and student may use any number of labels. */
    private synchronized String shown(String label) {
        return labels.contains(label) || (labels.size() < LABELS && labels.add(label)) ? label : OTHER;
    }

    private synchronized void add(String student, Map<String, PrecisionRecall> query) {
        students.remove(student);
        students.add(student);
        query.forEach((label, counts) -> {
            meters.qualitySpans(student, label, SpanOutcome.TP, counts.truePositives());
            meters.qualitySpans(student, label, SpanOutcome.FP, counts.falsePositives());
            meters.qualitySpans(student, label, SpanOutcome.FN, counts.falseNegatives());
        });
        if (students.size() > STUDENTS) {
            String longestAgo = students.iterator().next();
            students.remove(longestAgo);
            meters.forgetQualityOf(longestAgo);
        }
    }

    /** Counts a sampled query that was not compared. */
    void dropped(ShadowQueries.SkipReason reason) {
        dropped.increment(reason);
    }
}
