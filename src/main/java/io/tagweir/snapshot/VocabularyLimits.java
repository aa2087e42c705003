package io.tagweir.snapshot;

/**
 * Which terms of a snapshot go into its vocabulary.
 *
 * @param minCount how often a text must be tagged with the label
 * @param minPurity how often at least, as a share of how often the text occurs
 * @param maxTerms most terms; the most frequent are kept
 * @param maxRows most rows that are counted; of a larger snapshot a sample
 */
public record VocabularyLimits(int minCount, double minPurity, int maxTerms, int maxRows) {

    /**
     * Three occurrences, since of one or two the purity says nothing. A purity of 0.8, which is about how often the
     * fallback is then right. 5,000 terms fit into one record of 900,000 bytes and take 150 bytes of heap each in every
     * process of the tail. 50,000 rows show what is frequent; publishing keeps up to twice as many on the heap, of 250
     * bytes each.
     */
    public static final VocabularyLimits STANDARD = new VocabularyLimits(3, 0.8, 5_000, 50_000);
}
