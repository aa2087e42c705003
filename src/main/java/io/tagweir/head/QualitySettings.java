package io.tagweir.head;

import io.tagweir.query.HeldOut;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Which answers of the head the student is measured by.
 *
 * @param share of the hits that may be taken; 0: the student is not measured
 * @param heldOut queries that the student was not trained on; only those are taken
 * @param interval in which a query is taken once at most
 * @param perSecond most hits a second that are taken, in this process
 */
public record QualitySettings(double share, HeldOut heldOut, Duration interval, int perSecond) {

    static final String SHARE = "quality.share";
    static final String HELD_OUT = "quality.held.out.share";
    static final String INTERVAL = "quality.interval.ms";
    static final String PER_SECOND = "quality.max.queries.per.second";

    /** A share below 1, as {@link HeldOut} wants it. */
    private static final double MOST_HELD_OUT = 0.99;

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        SHARE,
                        Type.DOUBLE,
                        0.01,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Share of the head's answers that the student is measured by, of those to queries it was not"
                                + " trained on: it tags them too when nothing else waits, and is compared with the teacher."
                                + " 0: it is not measured.")
                .define(
                        HELD_OUT,
                        Type.DOUBLE,
                        HeldOut.DEFAULT_SHARE,
                        Range.between(0, MOST_HELD_OUT),
                        Importance.LOW,
                        "Share of the queries kept from training, as it was given to snapshot export with --heldout: a"
                                + " student is not measured by what it has learnt by heart. 0 leaves nothing to measure by.")
                .define(
                        INTERVAL,
                        Type.LONG,
                        3_600_000L,
                        Range.between(1, 86_400_000),
                        Importance.LOW,
                        "How long a query is not taken again. Each counts once in that time, so the few that are asked"
                                + " for all the time do not outweigh the many that are asked for now and then.")
                .define(
                        PER_SECOND,
                        Type.INT,
                        5,
                        Range.between(1, 1_000_000),
                        Importance.LOW,
                        "Most queries a second that this process takes to measure the student by: a thousandth of what the"
                                + " packaged student does on two cores.");
    }

    static QualitySettings of(AbstractConfig settings) {
        return new QualitySettings(
                settings.getDouble(SHARE),
                new HeldOut(settings.getDouble(HELD_OUT)),
                Duration.ofMillis(settings.getLong(INTERVAL)),
                settings.getInt(PER_SECOND));
    }
}
