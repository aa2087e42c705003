package io.tagweir.snapshot;

import io.tagweir.avro.Term;
import io.tagweir.avro.Vocabulary;
import io.tagweir.query.NumberShape;
import io.tagweir.query.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the vocabulary of a snapshot: which short texts its teacher nearly always gives the same label. Used by one
 * thread.
 *
 * <p>A text is one to {@link #MAX_WORDS} whole words of the canonical query. It counts for a label where it is a span
 * with it, and against it wherever else it occurs: under another label, under none, or within a longer span. Besides
 * itself each text counts as its {@link NumberShape}, so that sizes and units are learnt like any other word: {@code #
 * oz} is a term where {@code 12 oz} and {@code 16 oz} are rows.
 */
final class VocabularyCount {

    static final int MAX_WORDS = 4;

    /** Kafka's limit for a record is a little over a million bytes, unless a site raises it. */
    static final int MAX_BYTES = 900_000;

    /** The most that two lengths, count and purity of a term take in Avro binary. */
    private static final int TERM_BYTES = 20;

    private static final Comparator<Term> ORDER = Comparator.comparingLong(Term::getCount)
            .reversed()
            .thenComparing(Term::getText)
            .thenComparing(Term::getLabel);

    private static final class Seen {

        private int often;
    }

    private final RowSample sample;
    private final VocabularyLimits settings;

    /** How often each text is a span, by the number of the label. */
    private final List<Map<String, Seen>> tagged = new ArrayList<>();

    /** How often each term occurs, and each run of words that a term begins with. */
    private final Map<String, Seen> occurrences = new HashMap<>();

    private VocabularyCount(RowSample sample, VocabularyLimits settings) {
        this.sample = sample;
        this.settings = settings;
        sample.labels().forEach(label -> tagged.add(new HashMap<>()));
    }

    /** The vocabulary of the rows in a sample; the same for the same rows. */
    static Vocabulary of(String snapshot, RowSample sample, VocabularyLimits settings) {
        var count = new VocabularyCount(sample, settings);
        var rows = sample.rows();
        rows.forEach(count::tags);
        for (var spans : count.tagged) {
            spans.values().removeIf(span -> span.often < settings.minCount());
            spans.keySet().forEach(count::watch);
        }
        rows.forEach(count::occurrences);
        return new Vocabulary(snapshot, (long) rows.size(), count.terms());
    }

    private void tags(RowSample.Sampled row) {
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

    private static void tag(Map<String, Seen> spans, String text) {
        if (NumberShape.isAmbiguous(text)) {
            return;
        }
        spans.computeIfAbsent(text, first -> new Seen()).often++;
        if (NumberShape.hasNumber(text)) {
            spans.computeIfAbsent(NumberShape.of(text), first -> new Seen()).often++;
        }
    }

    private void occurrences(RowSample.Sampled row) {
        var words = Words.of(row.canonical());
        boolean ambiguous = NumberShape.isAmbiguous(row.canonical());
        boolean numbers = NumberShape.hasNumber(row.canonical());
        for (int first = 0; first < words.count(); first++) {
            boolean asItStands = true;
            boolean asShape = numbers;
            for (int last = first; last < words.count() && (asItStands || asShape); last++) {
                var text = words.text(first, last);
                if (ambiguous && NumberShape.isAmbiguous(text)) {
                    break;
                }
                asItStands = asItStands && seen(text);
                if (asShape) {
                    var shape = NumberShape.of(text);
                    // A run without a number has been counted, and may yet become a shape.
                    asShape = shape.equals(text) ? occurrences.containsKey(shape) : seen(shape);
                }
            }
        }
    }

    /** Counts a run of words; false where no term begins with it. */
    private boolean seen(String text) {
        var seen = occurrences.get(text);
        if (seen == null) {
            return false;
        }
        seen.often++;
        return true;
    }

    private void watch(String term) {
        for (int space = term.indexOf(' '); space >= 0; space = term.indexOf(' ', space + 1)) {
            occurrences.putIfAbsent(term.substring(0, space), new Seen());
        }
        occurrences.putIfAbsent(term, new Seen());
    }

    private List<Term> terms() {
        var best = new HashMap<String, Term>();
        for (int i = 0; i < tagged.size(); i++) {
            var label = sample.labels().get(i);
            tagged.get(i).forEach((text, span) -> {
                var term = new Term(label, text, (long) span.often, purity(text, span.often));
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
        return seen == null ? 0 : Math.min(1, (float) tagged / seen.often);
    }

    /** The first terms, as many as may be and as fit into a record. */
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
