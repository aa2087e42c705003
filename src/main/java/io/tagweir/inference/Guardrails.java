package io.tagweir.inference;

import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.TaggedCounter;
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
 * Drops spans of a student that can't be right, and counts each by reason. Applied after the thresholds. It favours
 * precision over recall: a missing tag costs less than a wrong one. Thread-safe.
 *
 * <p>In this order: each span is checked by itself; of two that overlap the one with the lower score is dropped; of
 * those that exclude each other the one with the highest score stays if it leads by the margin, otherwise none does.
 */
public final class Guardrails {

    /** Why a span was dropped; the tag of the meter. */
    public enum DropReason {
        /** The taxonomy does not contain the label. */
        LABEL,
        /** It ends after the query, is only punctuation, or has too many words. */
        SPAN,
        /** The taxonomy does not allow its text as a value of the label. */
        VALUE,
        /** It overlaps a span with a higher score. */
        OVERLAP,
        /** The taxonomy allows only one span of these labels, and there are more. */
        EXCLUSIVE
    }

    private static final Comparator<Span> HIGHEST_SCORE_FIRST = Comparator.comparingDouble(Span::score)
            .reversed()
            .thenComparingInt(Span::start)
            .thenComparing(Comparator.comparingInt(Span::end).reversed())
            .thenComparing(Span::label);

    private static final Comparator<Span> IN_QUERY_ORDER = Comparator.comparingInt(Span::start);

    /** Rounding error of a score, which is a float. */
    private static final double ROUNDING = 1e-6;

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
    private final GuardrailLimits settings;
    private final TaggedCounter<DropReason> dropped;

    public Guardrails(Taxonomy taxonomy, GuardrailLimits settings, Meters meters) {
        this.taxonomy = taxonomy;
        this.settings = settings;
        dropped = meters.counter(MeterName.GUARDRAIL_DROPPED, DropReason.class);
    }

    /** The spans to keep, in query order; those given may be in any order. */
    public List<Span> filter(String canonical, List<Span> spans) {
        if (spans.isEmpty()) {
            return spans;
        }
        var byScore = new ArrayList<>(spans);
        byScore.sort(HIGHEST_SCORE_FIRST);
        var kept = new ArrayList<Span>(spans.size());
        for (var span : byScore) {
            var fault = fault(canonical, span);
            if (fault.isEmpty() && kept.stream().anyMatch(other -> overlap(other, span))) {
                fault = Optional.of(DropReason.OVERLAP);
            }
            fault.ifPresentOrElse(this::dropped, () -> kept.add(span));
        }
        taxonomy.exclusive().forEach(labels -> exclude(canonical, labels, kept));
        kept.sort(IN_QUERY_ORDER);
        return kept;
    }

    private Optional<DropReason> fault(String canonical, Span span) {
        if (!taxonomy.allows(span.label())) {
            return Optional.of(DropReason.LABEL);
        }
        if (span.end() > canonical.codePointCount(0, canonical.length())) {
            return Optional.of(DropReason.SPAN);
        }
        var text = text(canonical, span);
        if (text.codePoints().allMatch(point -> PUNCTUATION.contains(Character.getType(point)))
                || Words.count(text) > settings.maxWords()) {
            return Optional.of(DropReason.SPAN);
        }
        return taxonomy.restricts(span.label()) && !taxonomy.allows(span.label(), Normaliser.canonical(text))
                ? Optional.of(DropReason.VALUE)
                : Optional.empty();
    }

    /**
     * Keeps at most one span of these labels.
     *
     * @param kept highest score first
     */
    private void exclude(String canonical, Set<String> labels, List<Span> kept) {
        var rivals = kept.stream().filter(span -> labels.contains(span.label())).toList();
        if (rivals.size() < 2) {
            return;
        }
        var best = rivals.get(0);
        // A rival with the same label and text confirms the best one.
        boolean leads = rivals.stream()
                .filter(span -> !isSame(canonical, span, best))
                .allMatch(span -> best.score() - span.score() >= settings.margin() - ROUNDING);
        for (var span : rivals.subList(leads ? 1 : 0, rivals.size())) {
            kept.remove(span);
            dropped(DropReason.EXCLUSIVE);
        }
    }

    private static boolean isSame(String canonical, Span one, Span other) {
        return one.label().equals(other.label()) && text(canonical, one).equals(text(canonical, other));
    }

    private static String text(String canonical, Span span) {
        int from = canonical.offsetByCodePoints(0, span.start());
        return canonical.substring(from, canonical.offsetByCodePoints(from, span.end() - span.start()));
    }

    private static boolean overlap(Span one, Span other) {
        return one.start() < other.end() && other.start() < one.end();
    }

    private void dropped(DropReason reason) {
        dropped.increment(reason);
    }
}
