package io.tagweir.head;

import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * What happens to queries while a partition is not primed, that is, while it does not hold the verified snapshot that
 * the queries ask for.
 *
 * @param maxHeld most queries held by the partitions of this process together; past it their topics are paused
 * @param hold how long a query without a deadline of its own is held
 * @param studentPerSecond most queries a second that this process hands to the student from unprimed partitions
 */
public record ColdSettings(int maxHeld, Duration hold, int studentPerSecond) {

    /** Share of its own deadline that a query is held at most. Half, so that as much is left for the student. */
    static final double HOLD_SHARE = 0.5;

    private static final Setting<Integer> MAX_HELD = Setting.count("head.cold.hold.max.queries", "queries", 20_000)
            .between(1, 100_000_000)
            .doc(
                    "Most queries that this process holds on disk until their partition of the head is primed. When that many"
                            + " are held, the process reads no more queries, and the rest wait in Kafka.");
    private static final Setting<Duration> HOLD = Setting.duration("head.cold.hold.ms", Duration.ofSeconds(30))
            .between(Duration.ZERO, Duration.ofDays(1))
            .doc(
                    "How long a query without deadline_ms is held for an unprimed partition. Then the student may tag it.");
    private static final Setting<Integer> STUDENT_PER_SECOND = Setting.count(
                    "head.cold.student.max.queries", "queries per second", 500)
            .between(1, 1_000_000)
            .doc(
                    "Most queries a second that this process hands to the student from unprimed partitions, so that an empty"
                            + " head does not overload the student. The default is a twentieth of what the packaged student does on"
                            + " two cores. Every process with a head has this limit to itself.");

    static List<Setting<?>> settings() {
        return List.of(MAX_HELD, HOLD, STUDENT_PER_SECOND);
    }

    static ColdSettings of(AbstractConfig config) {
        return new ColdSettings(MAX_HELD.of(config), HOLD.of(config), STUDENT_PER_SECOND.of(config));
    }
}
