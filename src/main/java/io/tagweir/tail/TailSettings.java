package io.tagweir.tail;

import io.tagweir.inference.BatchSettings;
import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Settings of the miss path.
 *
 * @param maxShadows most answers of the head that wait to be compared with the student's, in this process
 */
public record TailSettings(
        BatchSettings batch,
        AdmissionSettings admission,
        DeadlineSettings deadlines,
        CacheSettings cache,
        CascadeSettings cascade,
        int maxShadows) {

    /** How often the stream thread collects finished answers while no record arrives; as often as it polls. */
    static final Duration DRAIN_INTERVAL = Duration.ofMillis(2);

    /** About 1 KiB each. More than the student gets to are dropped, which costs nothing but the comparison. */
    private static final int MAX_SHADOWS = 64;

    public static List<Setting<?>> settings() {
        return Stream.of(
                        BatchSettings.settings(),
                        AdmissionSettings.settings(),
                        DeadlineSettings.settings(),
                        CacheSettings.settings(),
                        CascadeSettings.settings())
                .<Setting<?>>flatMap(List::stream)
                .toList();
    }

    public static TailSettings of(AbstractConfig config) {
        return new TailSettings(
                BatchSettings.of(config),
                AdmissionSettings.of(config),
                DeadlineSettings.of(config),
                CacheSettings.of(config),
                CascadeSettings.of(config),
                MAX_SHADOWS);
    }

    /** The defaults. */
    public static TailSettings defaults() {
        return with(Map.of());
    }

    /** The defaults, but for these. */
    public static TailSettings with(Map<String, ?> changes) {
        return of(Setting.config(settings(), changes));
    }

    /** A copy with one thread to feed the student's session. */
    public TailSettings withOneDispatcher() {
        return withBatch(batch.withOneThread());
    }

    public TailSettings withBatch(BatchSettings other) {
        return new TailSettings(other, admission, deadlines, cache, cascade, maxShadows);
    }

    public TailSettings withAdmission(AdmissionSettings other) {
        return new TailSettings(batch, other, deadlines, cache, cascade, maxShadows);
    }

    public TailSettings withCache(CacheSettings other) {
        return new TailSettings(batch, admission, deadlines, other, cascade, maxShadows);
    }

    public TailSettings withCascade(CascadeSettings other) {
        return new TailSettings(batch, admission, deadlines, cache, other, maxShadows);
    }

    public TailSettings withMaxShadows(int other) {
        return new TailSettings(batch, admission, deadlines, cache, cascade, other);
    }
}
