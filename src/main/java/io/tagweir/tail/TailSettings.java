package io.tagweir.tail;

import io.tagweir.inference.BatchSettings;
import io.tagweir.inference.GuardrailSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the miss path.
 *
 * @param maxShadows most answers of the head that wait to be compared with the student's, in this process
 * @param drainInterval how often the stream thread collects finished answers
 */
public record TailSettings(
        BatchSettings batch,
        AdmissionSettings admission,
        DeadlineSettings deadlines,
        CacheSettings cache,
        CascadeSettings cascade,
        GuardrailSettings guardrails,
        int maxShadows,
        Duration drainInterval) {

    static final String MAX_SHADOWS = "quality.pending.max.queries";
    static final String DRAIN_INTERVAL = "tail.drain.interval.ms";

    public static ConfigDef define(ConfigDef settings) {
        BatchSettings.define(settings);
        AdmissionSettings.define(settings);
        DeadlineSettings.define(settings);
        CacheSettings.define(settings);
        CascadeSettings.define(settings);
        GuardrailSettings.define(settings);
        settings.define(
                MAX_SHADOWS,
                Type.INT,
                64,
                Range.between(0, 1_000_000),
                Importance.LOW,
                "Most answers of the head that wait in this process for the student to be measured by them, about 1 KiB"
                        + " each; its tasks share them equally. Past it, and while misses wait for room, they are"
                        + " dropped. 0: none is compared.");
        return settings.define(
                DRAIN_INTERVAL,
                Type.LONG,
                2,
                Range.between(1, 1_000),
                Importance.LOW,
                "How often the stream thread collects finished answers while no record arrives. No finer than"
                        + " poll.ms, which bounds it.");
    }

    public static TailSettings of(AbstractConfig settings) {
        return new TailSettings(
                BatchSettings.of(settings),
                AdmissionSettings.of(settings),
                DeadlineSettings.of(settings),
                CacheSettings.of(settings),
                CascadeSettings.of(settings),
                GuardrailSettings.of(settings),
                settings.getInt(MAX_SHADOWS),
                Duration.ofMillis(settings.getLong(DRAIN_INTERVAL)));
    }

    /** The same with one thread to feed the student's session. */
    public TailSettings withOneDispatcher() {
        return new TailSettings(
                batch.withThreads(1), admission, deadlines, cache, cascade, guardrails, maxShadows, drainInterval);
    }

    /** The defaults. */
    public static TailSettings defaults() {
        return with(Map.of());
    }

    /** The defaults but for these. */
    public static TailSettings with(Map<String, ?> changes) {
        return of(new AbstractConfig(define(new ConfigDef()), changes, false));
    }
}
