package io.tagweir.head;

import io.tagweir.setting.ByName;
import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * When head tags are stale, and what happens to the query then.
 *
 * @param maxAge by segment, from when the teacher tagged; negative for no limit
 * @param stale what happens to a query with stale tags, by segment
 */
public record FreshnessSettings(ByName<Duration> maxAge, ByName<Stale> stale) {

    /** What happens to a query whose head tags are stale. */
    public enum Stale {
        /** They are its answer, marked STALE. */
        SERVE,
        /** The student tags it. */
        MISS
    }

    /** An event time and this still fit into a long. */
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE / 2);

    private static final Setting<ByName<Duration>> MAX_AGE = Setting.byName(
                    "head.max.age.ms",
                    "segment",
                    Setting.duration("head.max.age.ms", Duration.ofMillis(-1))
                            .atLeast(Duration.ofMillis(-1))
                            .check(FreshnessSettings::checkLength))
            .doc(
                    "Age at which head tags are stale, from when the teacher tagged to the query's event time. A row's own"
                            + " expires_at applies as well. -1 means no limit. Example with exceptions: 86400000,news=3600000.");
    private static final Setting<ByName<Stale>> STALE = Setting.byName(
                    "head.stale", "segment", Setting.choice("head.stale", Stale.SERVE))
            .doc(
                    "What happens to a query whose head tags are stale. serve answers with them, marked STALE. miss gives the"
                            + " query to the student. Both ask the teacher for new tags. Example: serve,news=miss.");

    static List<Setting<?>> settings() {
        return List.of(MAX_AGE, STALE);
    }

    static FreshnessSettings of(AbstractConfig config) {
        return new FreshnessSettings(MAX_AGE.of(config), STALE.of(config));
    }

    private static void checkLength(Duration age) {
        if (age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("is too long; -1 means no limit");
        }
    }

    Duration maxAge(String segment) {
        return maxAge.of(segment);
    }

    boolean serves(String segment) {
        return stale.of(segment) == Stale.SERVE;
    }
}
