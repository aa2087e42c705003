package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.List;

/**
 * What a student says of one query.
 *
 * @param spans ordered, without overlap; offsets are code points of the canonical query
 * @param confidence how sure the student is of the whole answer, 0 to 1: the probability of the label it was least sure
 *     of, before any threshold
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
