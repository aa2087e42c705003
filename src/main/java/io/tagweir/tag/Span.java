package io.tagweir.tag;

/**
 * One labelled stretch of a query.
 *
 * @param label what the span names, without the {@code B-} or {@code I-} of BIO
 * @param start first code point, counted from 0
 * @param end one past the last code point
 * @param score confidence, 0 to 1
 */
public record Span(String label, int start, int end, float score) {

    public Span {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("a span has no label");
        }
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a span runs from " + start + " to " + end);
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("the score of a span is " + score);
        }
    }
}
