package io.tagweir.head;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What the teacher is asked for.
 *
 * @param interval between two lots of requests
 * @param top most requests of a partition and a reason in a lot
 * @param minCount how often a query must have missed within an interval to be asked for
 * @param sketchEntries entries of the sketch of a partition and a reason; a power of two
 */
public record RequestSettings(Duration interval, int top, int minCount, int sketchEntries) {

    static final String INTERVAL = "head.requests.interval.ms";
    static final String TOP = "head.requests.top.queries";
    static final String MIN_COUNT = "head.requests.min.count";
    static final String SKETCH_ENTRIES = "head.requests.sketch.entries";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        INTERVAL,
                        Type.LONG,
                        60_000L,
                        Range.between(10, 86_400_000),
                        Importance.MEDIUM,
                        "How often the teacher is asked for what the head lacked since the last time.")
                .define(
                        TOP,
                        Type.INT,
                        1_000,
                        Range.between(1, 1_000_000),
                        Importance.LOW,
                        "Most queries a partition asks for at once and for one reason.")
                .define(
                        MIN_COUNT,
                        Type.INT,
                        2,
                        Range.between(1, 1_000_000),
                        Importance.LOW,
                        "How often the head must have lacked a query within the interval before the teacher is asked."
                                + " Stale and invalidated queries are asked for from the first time on.")
                .define(
                        SKETCH_ENTRIES,
                        Type.INT,
                        8_192,
                        new PowerOfTwo(),
                        Importance.LOW,
                        "Entries of the sketch that counts queries, for each partition and reason: about 100 bytes each."
                                + " A count may fall short by at most the interval's misses divided by a quarter of it.");
    }

    static RequestSettings of(AbstractConfig settings) {
        return new RequestSettings(
                Duration.ofMillis(settings.getLong(INTERVAL)),
                settings.getInt(TOP),
                settings.getInt(MIN_COUNT),
                settings.getInt(SKETCH_ENTRIES));
    }

    private static final class PowerOfTwo implements ConfigDef.Validator {

        @Override
        public void ensureValid(String name, Object value) {
            if (value == null || (int) value < 8 || Integer.bitCount((int) value) != 1) {
                throw new org.apache.kafka.common.config.ConfigException(name, value, "not a power of two from 8 on");
            }
        }

        @Override
        public String toString() {
            return "powers of two from 8 on";
        }
    }
}
