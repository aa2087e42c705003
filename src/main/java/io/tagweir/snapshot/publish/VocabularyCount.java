package io.tagweir.snapshot.publish;

import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.query.NumberShape;
import io.tagweir.query.Words;
import io.tagweir.snapshot.VocabularyLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the vocabulary of a snapshot: the short texts that its teacher nearly always gives the same label. Used by one
 * thread.
 *
 * <p>A text is one to {@link #MAX_WORDS} whole words of the canonical query. An occurrence counts for a label if it is
 * a span with that label, and against it otherwise: with another label, without one, or within a longer span. Each text
 * also counts as its {@link NumberShape}, so that sizes and units are learnt like other words: {@code # oz} is a term
 * if {@code 12 oz} and {@code 16 oz} are in rows.
 */
final class VocabularyCount {

    static final int MAX_WORDS = 4;

    /** Kafka's default limit for a record is about a million bytes. */
    static final int MAX_BYTES = 900_000;

    /** Most bytes that two lengths, count and purity of a term take in Avro binary. */
    private static final int TERM_BYTES = 20;

    private static final Comparator<Term> ORDER = Comparator.comparingLong(Term::getCount)
            .reversed()
            .thenComparing(Term::getText)
            .thenComparing(Term::getLabel);

    private static final class Counter {

        private int count;
    }

    private final RowSample sample;
    private final VocabularyLimits settings;

    /** How often each text is a span, by the index of the label. */
    private final List<Map<String, Counter>> tagged = new ArrayList<>();

    /** How often each term occurs, and each run of words that a term begins with. */
    private final Map<String, Counter> occurrences = new HashMap<>();

    private VocabularyCount(RowSample sample, VocabularyLimits settings) {
        this.sample = sample;
        this.settings = settings;
        sample.labels().forEach(label -> tagged.add(new HashMap<>()));
    }

    /** The vocabulary of the rows in a sample. */
    static Vocabulary of(String snapshot, RowSample sample, VocabularyLimits settings) {
        var count = new VocabularyCount(sample, settings);
        var rows = sample.rows();
        rows.forEach(count::tags);
        for (var spans : count.tagged) {
            spans.values().removeIf(span -> span.count < settings.minCount());
            spans.keySet().forEach(count::watch);
        }
        rows.forEach(count::occurrences);
        return new Vocabulary(snapshot, (long) rows.size(), count.terms());
    }

    private void tags(RowSample.SampledRow row) {
        var words = Words.of(row.canonical());
        int[] tags = row.tags();
        for (int i = 0; i < tags.length; i += 3) {
            int first = words.startingAt(tags[i + 1]);
            int last = words.endingAt(tags[i + 2]);
            if (first >= 0 && last >= first && last - first < MAX_WORDS) {
                tag(tagged.get(tags[i]), words.text(first, last));
            }
        }
    }

    private static void tag(Map<String, Counter> spans, String text) {
        if (NumberShape.isAmbiguous(text)) {
            return;
        }
        spans.computeIfAbsent(text, first -> new Counter()).count++;
        if (NumberShape.hasNumber(text)) {
            spans.computeIfAbsent(NumberShape.of(text), first -> new Counter()).count++;
        }
    }

    private void occurrences(RowSample.SampledRow row) {
        var words = Words.of(row.canonical());
        boolean ambiguous = NumberShape.isAmbiguous(row.canonical());
        boolean numbers = NumberShape.hasNumber(row.canonical());
        for (int first = 0; first < words.count(); first++) {
            boolean asText = true;
            boolean asShape = numbers;
            for (int last = first; last < words.count() && (asText || asShape); last++) {
                var text = words.text(first, last);
                if (ambiguous && NumberShape.isAmbiguous(text)) {
                    break;
                }
                asText = asText && seen(text);
                if (asShape) {
                    var shape = NumberShape.of(text);
                    // A run without a number has been counted, and may yet become a shape.
                    asShape = shape.equals(text) ? occurrences.containsKey(shape) : seen(shape);
                }
            }
        }
    }

    /** Counts a run of words; false if no term begins with it. */
    private boolean seen(String text) {
        var seen = occurrences.get(text);
        if (seen == null) {
            return false;
        }
        seen.count++;
        return true;
    }

    private void watch(String term) {
        for (int space = term.indexOf(' '); space >= 0; space = term.indexOf(' ', space + 1)) {
            occurrences.putIfAbsent(term.substring(0, space), new Counter());
        }
        occurrences.putIfAbsent(term, new Counter());
    }

    private List<Term> terms() {
        var best = new HashMap<String, Term>();
        for (int i = 0; i < tagged.size(); i++) {
            var label = sample.labels().get(i);
            tagged.get(i).forEach((text, span) -> {
                var term = new Term(label, text, (long) span.count, purity(text, span.count));
                if (term.getPurity() >= settings.minPurity()) {
                    best.merge(text, term, (one, other) -> ORDER.compare(one, other) <= 0 ? one : other);
                }
            });
        }
        var terms = new ArrayList<>(best.values());
        terms.sort(ORDER);
        return fitting(terms);
    }

    private float purity(String text, int tagged) {
        var seen = occurrences.get(text);
        // A teacher may give one span the same label twice.
        return seen == null ? 0 : Math.min(1, (float) tagged / seen.count);
    }

    /** The first terms, as many as are allowed and fit into a record. */
    private List<Term> fitting(List<Term> terms) {
        int bytes = 0;
        int fit = 0;
        while (fit < terms.size() && fit < settings.maxTerms()) {
            var term = terms.get(fit);
            bytes += TERM_BYTES + utf8(term.getText()) + utf8(term.getLabel());
            if (bytes > MAX_BYTES) {
                break;
            }
            fit++;
        }
        return List.copyOf(terms.subList(0, fit));
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
