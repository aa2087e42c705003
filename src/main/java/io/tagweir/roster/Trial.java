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
 * A candidate on the golden set, beside the student that answers now.
 *
 * @param queries labelled queries both were asked
 * @param active null: there is none, or it is the candidate itself
 */
public record Trial(
        int queries, Figures candidate, @Nullable Figures active) {

    /** Queries each student is asked before its time is taken. */
    private static final int WARM_UP = 50;

    /**
     * What was measured of one student.
     *
     * @param f1 official, over all labels
     * @param ms median time of one query, alone in its batch, in milliseconds
     */
    public record Figures(String student, double f1, double ms) {}

    /**
     * Runs both on the golden set. Times are taken in turns, query by query, so that whatever else the machine does
     * meanwhile falls on both alike.
     *
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public static Trial of(
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
        return new Trial(
                golden.size(),
                figures(candidate, golden, nanos[0]),
                active == null ? null : figures(active, golden, nanos[1]));
    }

    private static Figures figures(Student student, List<LabelledQuery> golden, long[] nanos) {
        Arrays.sort(nanos);
        return new Figures(
                student.id(),
                Evaluation.of(student, golden).official().overall().f1(),
                nanos.length == 0 ? 0 : nanos[nanos.length / 2] / 1e6);
    }

    /** What speaks against staging the candidate, a line each, with the figures. */
    public List<String> breaches(RosterSettings.Limits limits) {
        var breaches = new ArrayList<String>();
        if (candidate.f1 < limits.minF1()) {
            breaches.add(text(
                    "the F1 of %s on the golden set is %.3f; the limit is at least %s (%s)",
                    candidate.student, candidate.f1, limits.minF1(), RosterSettings.MIN_F1));
        }
        if (active != null) {
            if (candidate.f1 < active.f1 - limits.maxF1Drop()) {
                breaches.add(text(
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
                breaches.add(text(
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
        return breaches;
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
