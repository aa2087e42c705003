package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.query.Normaliser;
import io.tagweir.query.Words;
import io.tagweir.tag.Span;
import io.tagweir.tag.Taxonomy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Drops the spans of a student that can't be right, and counts each with the reason. It comes after the thresholds, and
 * goes for precision before recall: a missing tag costs less than a wrong one. Thread-safe.
 *
 * <p>In this order: a span is looked at by itself; of two that overlap the less sure one goes; of those that exclude
 * each other the surest stays where it leads by the margin, and otherwise none does.
 */
public final class Guardrails {

    /** Why a span was dropped, as the meter counts it. */
    public enum Reason {
        /** The taxonomy does not have the label. */
        LABEL,
        /** It runs past the query, is nothing but punctuation, or has too many words. */
        SPAN,
        /** The taxonomy does not allow its text as a value of the label. */
        VALUE,
        /** It overlaps one that is surer. */
        OVERLAP,
        /** The taxonomy allows one span of several labels, or of one, and there are more. */
        EXCLUSIVE
    }

    private static final Comparator<Span> SUREST_FIRST = Comparator.comparingDouble(Span::score)
            .reversed()
            .thenComparingInt(Span::start)
            .thenComparing(Comparator.comparingInt(Span::end).reversed())
            .thenComparing(Span::label);

    private static final Comparator<Span> AS_THEY_STAND = Comparator.comparingInt(Span::start);

    /** Scores are floats: a lead this little short of the margin is not short of it. */
    private static final double NOISE = 1e-6;

    private static final Set<Integer> PUNCTUATION = Set.of(
            (int) Character.CONNECTOR_PUNCTUATION,
            (int) Character.DASH_PUNCTUATION,
            (int) Character.START_PUNCTUATION,
            (int) Character.END_PUNCTUATION,
            (int) Character.INITIAL_QUOTE_PUNCTUATION,
            (int) Character.FINAL_QUOTE_PUNCTUATION,
            (int) Character.OTHER_PUNCTUATION,
            (int) Character.MATH_SYMBOL,
            (int) Character.MODIFIER_SYMBOL,
            (int) Character.SPACE_SEPARATOR);

    private final Taxonomy taxonomy;
    private final GuardrailSettings settings;
    private final Meters meters;

    public Guardrails(Taxonomy taxonomy, GuardrailSettings settings, Meters meters) {
        this.taxonomy = taxonomy;
        this.settings = settings;
        this.meters = meters;
    }

    /** The spans that may stand, in the order of the query; those given may come in any order. */
    public List<Span> keep(String canonical, List<Span> spans) {
        if (spans.isEmpty()) {
            return spans;
        }
        var surestFirst = new ArrayList<>(spans);
        surestFirst.sort(SUREST_FIRST);
        var kept = new ArrayList<Span>(spans.size());
        for (var span : surestFirst) {
            var fault = fault(canonical, span);
            if (fault.isEmpty() && kept.stream().anyMatch(surer -> overlap(surer, span))) {
                fault = Optional.of(Reason.OVERLAP);
            }
            fault.ifPresentOrElse(this::dropped, () -> kept.add(span));
        }
        taxonomy.exclusive().forEach(labels -> exclude(canonical, labels, kept));
        kept.sort(AS_THEY_STAND);
        return kept;
    }

    private Optional<Reason> fault(String canonical, Span span) {
        if (!taxonomy.allows(span.label())) {
            return Optional.of(Reason.LABEL);
        }
        if (span.end() > canonical.codePointCount(0, canonical.length())) {
            return Optional.of(Reason.SPAN);
        }
        var text = text(canonical, span);
        if (text.codePoints().allMatch(point -> PUNCTUATION.contains(Character.getType(point)))
                || Words.count(text) > settings.maxWords()) {
            return Optional.of(Reason.SPAN);
        }
        return taxonomy.restricts(span.label()) && !taxonomy.allows(span.label(), Normaliser.canonical(text))
                ? Optional.of(Reason.VALUE)
                : Optional.empty();
    }

    /**
     * Leaves at most one span of these labels.
     *
     * @param kept the surest first
     */
    private void exclude(String canonical, Set<String> labels, List<Span> kept) {
        var rivals = kept.stream().filter(span -> labels.contains(span.label())).toList();
        if (rivals.size() < 2) {
            return;
        }
        var surest = rivals.get(0);
        // One that says the same again speaks for the surest, not against it.
        boolean leads = rivals.stream()
                .filter(span -> !says(canonical, span, surest))
                .allMatch(span -> surest.score() - span.score() >= settings.margin() - NOISE);
        for (var span : rivals.subList(leads ? 1 : 0, rivals.size())) {
            kept.remove(span);
            dropped(Reason.EXCLUSIVE);
        }
    }

    private static boolean says(String canonical, Span one, Span other) {
        return one.label().equals(other.label()) && text(canonical, one).equals(text(canonical, other));
    }

    private static String text(String canonical, Span span) {
        int from = canonical.offsetByCodePoints(0, span.start());
        return canonical.substring(from, canonical.offsetByCodePoints(from, span.end() - span.start()));
    }

    private static boolean overlap(Span one, Span other) {
        return one.start() < other.end() && other.start() < one.end();
    }

    private void dropped(Reason reason) {
        meters.guardrailDropped(reason.name());
    }
}
