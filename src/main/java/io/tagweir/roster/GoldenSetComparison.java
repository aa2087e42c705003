package io.tagweir.roster;

import io.tagweir.query.Normaliser;
import io.tagweir.student.Evaluation;
import io.tagweir.student.LabelledQuery;
import io.tagweir.student.Student;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A candidate and the active student, measured on the golden set.
 *
 * @param queries number of labelled queries
 * @param active null: there is none, or it is the candidate itself
 */
public record GoldenSetComparison(
        int queries, StudentFigures candidate, @Nullable StudentFigures active) {

    /** Queries each student tags before it is timed. */
    private static final int WARM_UP = 50;

    /**
     * The measurements of one student.
     *
     * @param f1 official, over all labels
     * @param ms median time of one query, alone in its batch, in milliseconds
     */
    public record StudentFigures(String student, double f1, double ms) {}

    /**
     * Runs both on the golden set. They are timed in turns, query by query, so that other load on the machine affects
     * both alike.
     *
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    public static GoldenSetComparison of(
            Student candidate, @Nullable Student active, List<LabelledQuery> golden, LongSupplier nanoTime) {
        var texts = golden.stream()
                .map(query -> Normaliser.canonical(String.join(" ", query.tokens())))
                .toList();
        var students = new ArrayList<>(List.of(candidate));
        if (active != null) {
            students.add(active);
        }
        var nanos = new long[students.size()][texts.size()];
        for (var text : texts.subList(0, Math.min(WARM_UP, texts.size()))) {
            students.forEach(student -> student.tag(List.of(text)));
        }
        for (int query = 0; query < texts.size(); query++) {
            for (int student = 0; student < students.size(); student++) {
                long began = nanoTime.getAsLong();
                students.get(student).tag(List.of(texts.get(query)));
                nanos[student][query] = nanoTime.getAsLong() - began;
            }
        }
        return new GoldenSetComparison(
                golden.size(),
                figures(candidate, golden, nanos[0]),
                active == null ? null : figures(active, golden, nanos[1]));
    }

    private static StudentFigures figures(Student student, List<LabelledQuery> golden, long[] nanos) {
        Arrays.sort(nanos);
        return new StudentFigures(
                student.id(),
                Evaluation.of(student, golden).official().overall().f1(0),
                nanos.length == 0 ? 0 : nanos[nanos.length / 2] / 1e6);
    }

    /** The limits that the candidate breaks, each as a line with the figures. */
    public List<String> failures(RosterSettings.Limits limits) {
        var failures = new ArrayList<String>();
        if (candidate.f1 < limits.minF1()) {
            failures.add(text(
                    "the F1 of %s on the golden set is %.3f; the limit is at least %s (%s)",
                    candidate.student, candidate.f1, limits.minF1(), RosterSettings.MIN_F1));
        }
        if (active != null) {
            if (candidate.f1 < active.f1 - limits.maxF1Drop()) {
                failures.add(text(
                        "the F1 of %s on the golden set is %.3f, %.3f below the %.3f of %s; the limit is at most %s"
                                + " (%s)",
                        candidate.student,
                        candidate.f1,
                        active.f1 - candidate.f1,
                        active.f1,
                        active.student,
                        limits.maxF1Drop(),
                        RosterSettings.MAX_F1_DROP));
            }
            if (candidate.ms > limits.maxSlowdown() * active.ms) {
                failures.add(text(
                        "%s takes %.3f ms a query, %.2f times the %.3f ms of %s; the limit is at most %s (%s)",
                        candidate.student,
                        candidate.ms,
                        candidate.ms / active.ms,
                        active.ms,
                        active.student,
                        limits.maxSlowdown(),
                        RosterSettings.MAX_SLOWDOWN));
            }
        }
        return failures;
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
