package io.tagweir.inference;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Limits on the spans of a student, in addition to the taxonomy.
 *
 * @param maxWords most words of a span
 * @param margin how far the score of a span must exceed those of the spans it excludes
 */
public record GuardrailSettings(int maxWords, double margin) {

    static final String MAX_WORDS = "tail.guardrail.span.max.words";
    static final String MARGIN = "tail.guardrail.exclusive.margin";

    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MAX_WORDS,
                        Type.INT,
                        10,
                        Range.between(1, 1_000),
                        Importance.LOW,
                        "Most words of a span of the student; a longer one is dropped. Of the 19,437 spans that"
                                + " people marked in QueryNER's queries one is longer than 10.")
                .define(
                        MARGIN,
                        Type.DOUBLE,
                        0.2,
                        Range.between(0, 1),
                        Importance.LOW,
                        "How far the score of the surest of several spans of which the taxonomy allows one must lie"
                                + " above the next for it to be kept; else none is, as one of them is wrong and it is"
                                + " not known which.");
    }

    public static GuardrailSettings of(AbstractConfig settings) {
        return new GuardrailSettings(settings.getInt(MAX_WORDS), settings.getDouble(MARGIN));
    }

    /** The defaults. */
    public static GuardrailSettings defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }
}
