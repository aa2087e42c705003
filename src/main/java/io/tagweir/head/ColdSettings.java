package io.tagweir.head;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What becomes of queries while a partition is not primed: it does not hold the verified snapshot they ask for.
 *
 * @param maxHeld most queries held by the partitions of this process together; past it their topics are not read on
 * @param hold how long a query without a deadline of its own is held
 * @param holdShare share of its own deadline a query is held at most, so that the student has time left for it
 * @param studentPerSecond most queries a second this process hands to the student unprimed
 */
public record ColdSettings(int maxHeld, Duration hold, double holdShare, int studentPerSecond) {

    static final String MAX_HELD = "head.cold.hold.max.queries";
    static final String HOLD = "head.cold.hold.ms";
    static final String HOLD_SHARE = "head.cold.hold.deadline.ratio";
    static final String STUDENT_PER_SECOND = "head.cold.student.max.queries";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MAX_HELD,
                        Type.INT,
                        20_000,
                        Range.between(1, 100_000_000),
                        Importance.MEDIUM,
                        "Most queries held on disk, by this process, until their partition of the head is primed. Past it"
                                + " the process reads no further: the rest waits in Kafka.")
                .define(
                        HOLD,
                        Type.LONG,
                        30_000L,
                        Range.between(0, 86_400_000),
                        Importance.MEDIUM,
                        "How long a query without deadline_ms is held while its partition is not primed, before the"
                                + " student may have it.")
                .define(
                        HOLD_SHARE,
                        Type.DOUBLE,
                        0.5,
                        Range.between(0, 1),
                        Importance.LOW,
                        "Share of its deadline_ms, from its event time, for which a query that has one is held at most;"
                                + " what is left is the student's.")
                .define(
                        STUDENT_PER_SECOND,
                        Type.INT,
                        500,
                        Range.between(1, 1_000_000),
                        Importance.MEDIUM,
                        "Most queries a second this process hands to the student from partitions that are not primed."
                                + " A twentieth of what the packaged student does on two cores: an empty head must not"
                                + " become the student's load. Each process with a head has this cap to itself: a fleet lets"
                                + " through as many times more.");
    }

    static ColdSettings of(AbstractConfig settings) {
        return new ColdSettings(
                settings.getInt(MAX_HELD),
                Duration.ofMillis(settings.getLong(HOLD)),
                settings.getDouble(HOLD_SHARE),
                settings.getInt(STUDENT_PER_SECOND));
    }
}
