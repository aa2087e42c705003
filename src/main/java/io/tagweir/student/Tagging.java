package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/**
 * A student's answer to one query.
 *
 * @param spans ordered, without overlap; offsets are code points of the canonical query
 * @param confidence confidence in the whole answer, 0 to 1: the lowest probability of a decoded label, before any
 *     threshold
 */
public record Tagging(List<Span> spans, float confidence) {

    /** The answer to a query without a word. */
    public static final Tagging NOTHING = new Tagging(List.of(), 1);

    public Tagging {
        spans = List.copyOf(spans);
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("the confidence of an answer is " + confidence);
        }
    }
}
