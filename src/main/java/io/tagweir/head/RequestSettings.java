package io.tagweir.head;

import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Which queries the teacher is asked to tag.
 *
 * @param interval between two rounds of requests
 * @param top most requests of a partition for one reason in a round
 * @param minCount how often a query must have missed within the interval
 * @param sketchEntries entries of the sketch of a partition and a reason; a power of two
 */
public record RequestSettings(Duration interval, int top, int minCount, int sketchEntries) {

    /** A bound on what a round writes. The teacher reads the counts, and takes as many as it can afford. */
    private static final int TOP = 1_000;

    /** A query that was asked once is most often never asked again. */
    private static final int MIN_COUNT = 2;

    /** About 100 bytes each. A count is too low by at most the interval's misses divided by a quarter of this. */
    private static final int SKETCH_ENTRIES = 8_192;

    private static final Setting<Duration> INTERVAL = Setting.duration(
                    "head.requests.interval.ms", Duration.ofMinutes(1))
            .between(Duration.ofMillis(10), Duration.ofDays(1))
            .doc(
                    "How often the teacher is asked for tags that the head lacked since the last time. A query is asked for"
                            + " if it missed at least twice in that time, or was stale or invalidated; so a site with little"
                            + " traffic needs a longer interval.");

    static List<Setting<?>> settings() {
        return List.of(INTERVAL);
    }

    static RequestSettings of(AbstractConfig config) {
        return new RequestSettings(INTERVAL.of(config), TOP, MIN_COUNT, SKETCH_ENTRIES);
    }

    public RequestSettings withTop(int other) {
        return new RequestSettings(interval, other, minCount, sketchEntries);
    }
}
