package io.tagweir.tag;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * BIO labels of the words of a query: {@code O} outside all spans, {@code B-x} for the first word of a span of x, and
 * {@code I-x} for its other words. Pure functions.
 */
public final class Bio {

    public static final String OUTSIDE = "O";

    private static final String BEGIN = "B-";
    private static final String INSIDE = "I-";

    /**
     * A labelled run of words.
     *
     * @param label without {@code B-} or {@code I-}
     * @param from first word, counted from 0
     * @param to one past the last word
     */
    public record WordSpan(String label, int from, int to) {}

    private Bio() {}

    public static boolean isLabel(String text) {
        return text.equals(OUTSIDE) || (text.length() > BEGIN.length() && (begins(text) || isInside(text)));
    }

    public static boolean begins(String label) {
        return label.startsWith(BEGIN);
    }

    public static boolean isInside(String label) {
        return label.startsWith(INSIDE);
    }

    /** What a label names, without {@code B-} or {@code I-}. */
    public static String entity(String label) {
        return label.substring(BEGIN.length());
    }

    /** The label of the first word of a span. */
    public static String begin(String entity) {
        return BEGIN + entity;
    }

    /**
     * The spans of labelled words. An {@code I-x} without a span of x before it begins one, as in the CoNLL scorer.
     *
     * @param labels one for each word, each {@linkplain #isLabel valid}
     */
    public static List<WordSpan> spans(List<String> labels) {
        var spans = new ArrayList<WordSpan>();
        for (int word = 0; word < labels.size(); ) {
            int from = word++;
            if (labels.get(from).equals(OUTSIDE)) {
                continue;
            }
            String label = entity(labels.get(from));
            while (word < labels.size() && labels.get(word).equals(INSIDE + label)) {
                word++;
            }
            spans.add(new WordSpan(label, from, word));
        }
        return spans;
    }

    /** The labels of all words; empty if two spans overlap. */
    public static Optional<List<String>> labels(int words, Collection<WordSpan> spans) {
        var labels = new String[words];
        Arrays.fill(labels, OUTSIDE);
        for (var span : spans) {
            for (int word = span.from; word < span.to; word++) {
                if (!labels[word].equals(OUTSIDE)) {
                    return Optional.empty();
                }
                labels[word] = (word == span.from ? BEGIN : INSIDE) + span.label;
            }
        }
        return Optional.of(List.of(labels));
    }
}
