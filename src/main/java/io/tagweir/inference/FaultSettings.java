package io.tagweir.inference;

import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * When a run of the model counts as failed, and what a process tolerates.
 *
 * @param watchdog longest time of a run
 * @param maxHung most threads that may hang at once; with one more the process stops
 * @param maxDeaths deaths of the process during runs of a query, after which the student is not asked for it again
 * @param memoryBackOff how long runs stay smaller after the device had no memory for one
 */
public record FaultSettings(Duration watchdog, int maxHung, int maxDeaths, Duration memoryBackOff) {

    /** A hung thread can't be stopped and holds memory. One bad query of a run costs up to three threads. */
    private static final int MAX_HUNG = 8;

    /** The first death may be due to any query of the run. From then on the query runs alone. */
    private static final int MAX_DEATHS = 2;

    /** Others may hold the device's memory for some time. Then runs of full size are tried again. */
    private static final Duration MEMORY_BACK_OFF = Duration.ofMinutes(1);

    private static final Setting<Duration> WATCHDOG = Setting.duration("tail.watchdog.ms", Duration.ofSeconds(10))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .doc(
                    "Longest time that one run of the model may take. A longer run is abandoned, the student is loaded again,"
                            + " and its queries run once more; those that hang again get a FALLBACK. The default is a thousand"
                            + " times what a run takes, so that a stalled machine does not look like a hung model.");

    static List<Setting<?>> settings() {
        return List.of(WATCHDOG);
    }

    static FaultSettings of(AbstractConfig config) {
        return new FaultSettings(WATCHDOG.of(config), MAX_HUNG, MAX_DEATHS, MEMORY_BACK_OFF);
    }

    public FaultSettings withMaxHung(int other) {
        return new FaultSettings(watchdog, other, maxDeaths, memoryBackOff);
    }

    public FaultSettings withMaxDeaths(int other) {
        return new FaultSettings(watchdog, maxHung, other, memoryBackOff);
    }
}
