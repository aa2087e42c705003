package io.tagweir.inference;

/**
 * Limits on the spans of a student, in addition to the taxonomy.
 *
 * @param maxWords most words of a span
 * @param margin how far the score of a span must exceed those of the spans it excludes
 */
public record GuardrailLimits(int maxWords, double margin) {

    /**
     * Ten words: of the 19,437 spans that people marked in QueryNER's queries, one is longer. A margin of 0.2: if the
     * best of several exclusive spans leads by less, one of them is wrong and it is unknown which, so none is kept.
     */
    public static final GuardrailLimits STANDARD = new GuardrailLimits(10, 0.2);
}
