package io.tagweir.snapshot;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Which terms of a snapshot go into its vocabulary.
 *
 * @param minCount how often a text must be a span with the label
 * @param minPurity and how often at least, as a share of how often it occurs
 * @param maxTerms most terms, the most frequent
 * @param maxRows most rows that are counted; of a larger snapshot a sample
 */
public record VocabularySettings(int minCount, double minPurity, int maxTerms, int maxRows) {

    static final String MIN_COUNT = "snapshot.vocabulary.min.count";
    static final String MIN_PURITY = "snapshot.vocabulary.min.purity";
    static final String MAX_TERMS = "snapshot.vocabulary.max.terms";
    static final String MAX_ROWS = "snapshot.vocabulary.max.rows";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MIN_COUNT,
                        Type.INT,
                        3,
                        Range.between(1, 1_000_000),
                        Importance.LOW,
                        "How often a text must be tagged with a label, in the rows counted, to become a term of the"
                                + " vocabulary. Seen once or twice its purity says nothing.")
                .define(
                        MIN_PURITY,
                        Type.DOUBLE,
                        0.8,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Least share of a text's occurrences that are tagged with the label. What a fallback tags by a"
                                + " term is right about as often as this; lower finds more and errs more.")
                .define(
                        MAX_TERMS,
                        Type.INT,
                        5_000,
                        Range.between(0, 50_000),
                        Importance.LOW,
                        "Most terms of a vocabulary, the most frequent. It is one record, of 900,000 bytes at most,"
                                + " and about 150 bytes of heap a term in each process of the tail.")
                .define(
                        MAX_ROWS,
                        Type.INT,
                        50_000,
                        Range.between(1_000, 10_000_000),
                        Importance.LOW,
                        "Most rows the vocabulary is counted from, a sample of a larger snapshot: what is frequent"
                                + " there is frequent in it. Publishing keeps up to twice as many on the heap, of"
                                + " about 250 bytes, and counts them before the seal, in 5 seconds a million.");
    }

    static VocabularySettings of(AbstractConfig settings) {
        return new VocabularySettings(
                settings.getInt(MIN_COUNT),
                settings.getDouble(MIN_PURITY),
                settings.getInt(MAX_TERMS),
                settings.getInt(MAX_ROWS));
    }

    /** The defaults. */
    public static VocabularySettings defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }
}
