package io.tagweir.tail;

import io.tagweir.avro.Tag;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How good each student is, by the teacher's word: its spans against the teacher's for queries that the head has
 * answered and the student was not trained on.
 *
 * <p>A span counts where label, start and end are the teacher's, in code points of the canonical query. Of each label
 * the agreements (TP), the student's own (FP) and the teacher's own (FN) are counted; Prometheus makes rates of them,
 * and precision, recall and F1 over any time. The gauges hold the same over a student's latest queries
 * ({@link QualityWindow}).
 *
 * <p>Students that stand beside each other, as in a canary, are measured apart, and one that was swapped in starts
 * anew. Of so many swaps the meters of the students that were compared last remain. Thread-safe.
 */
final class QualityMeter {

    /** Students that are shown: the active one, the one before it, and one on trial. */
    static final int STUDENTS = 3;

    /** Labels that are shown apart; the first to come. */
    static final int LABELS = 100;

    /** Stands for all others together; like {@link QualityWindow#ALL} no taxonomy's label. */
    static final String OTHER = "(other)";

    private record Place(String label, int start, int end) {}

    private final Meters meters;

    /** By {@code id@version}, the one compared longest ago first. */
    private final Map<String, QualityWindow> windows = new LinkedHashMap<>(4, 0.75f, true);

    private final Set<String> labels = new HashSet<>();

    QualityMeter(Meters meters) {
        this.meters = meters;
        meters.start(Meters.Name.QUALITY_DROPPED, Shadows.Reason.class);
    }

    /**
     * Takes the answers to one query into account.
     *
     * @param student {@code id@version} of the student
     * @param teacher offsets in the canonical query, as the head holds them
     * @param spans the student's; offsets in the canonical query, too
     */
    void compare(String student, List<Tag> teacher, List<Span> spans) {
        var expected = new HashSet<Place>();
        teacher.forEach(tag -> expected.add(new Place(tag.getLabel(), tag.getStart(), tag.getEnd())));
        var found = new HashSet<Place>();
        spans.forEach(span -> found.add(new Place(span.label(), span.start(), span.end())));
        var places = new HashSet<>(expected);
        places.addAll(found);
        var query = new HashMap<String, QualityCounts>();
        for (var place : places) {
            var counts = QualityCounts.of(expected.contains(place), found.contains(place));
            query.merge(shown(place.label), counts, QualityCounts::plus);
        }
        add(student, query);
        meters.qualityCompared();
    }

    /** Labels are the teacher's and the student's to choose, and each makes series of its own. */
    private synchronized String shown(String label) {
        return labels.contains(label) || (labels.size() < LABELS && labels.add(label)) ? label : OTHER;
    }

    private synchronized void add(String student, Map<String, QualityCounts> query) {
        windows.computeIfAbsent(student, id -> new QualityWindow(id, meters)).add(query);
        query.forEach((label, counts) -> {
            meters.qualitySpans(student, label, "TP", counts.both());
            meters.qualitySpans(student, label, "FP", counts.studentAlone());
            meters.qualitySpans(student, label, "FN", counts.teacherAlone());
        });
        if (windows.size() > STUDENTS) {
            String longestAgo = windows.keySet().iterator().next();
            windows.remove(longestAgo);
            meters.forgetQualityOf(longestAgo);
        }
    }

    /** An answer of the head was not compared. */
    void dropped(Shadows.Reason reason) {
        meters.qualityDropped(reason.name());
    }
}
