package io.tagweir.tail;

import io.tagweir.avro.Priority;
import io.tagweir.setting.Setting;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How many misses are accepted, and which are shed first.
 *
 * @param maxPending most misses accepted and not answered, in this process
 * @param whenFull what happens to a BACKGROUND miss that finds no room
 * @param maxDeferred most BACKGROUND misses that wait on disk for room, in this process
 */
public record AdmissionSettings(int maxPending, WhenFull whenFull, int maxDeferred) {

    /** What happens to a BACKGROUND miss that finds no room. */
    public enum WhenFull {
        SHED,
        /** It waits in the ledger until there is room. */
        DEFER
    }

    /** Share of {@code maxPending} at which BACKGROUND misses are shed. They go first, as nobody waits for them. */
    private static final double BACKGROUND_MARK = 0.5;

    /** The same for STANDARD misses. The last fifth is for INTERACTIVE ones. */
    private static final double STANDARD_MARK = 0.8;

    /** How far pending misses must fall below a mark, as a share of it, so that shedding does not flap. */
    private static final double HYSTERESIS = 0.1;

    /** 40 MB of memory and 200 MB on disk. */
    private static final int MAX_DEFERRED = 200_000;

    private static final Setting<Integer> MAX_PENDING = Setting.count("tail.pending.max.queries", "queries", 100_000)
            .between(1, 10_000_000)
            .doc(
                    "Most misses that this process has accepted and not answered, about 1 KiB each. BACKGROUND misses are shed"
                            + " from half of it on, STANDARD from four fifths, INTERACTIVE only when it is reached.");
    private static final Setting<WhenFull> BACKGROUND_WHEN_FULL = Setting.choice(
                    "tail.background.when.full", WhenFull.SHED)
            .doc("What happens to a BACKGROUND miss that finds no room: shed answers it without tags; defer keeps it on"
                    + " disk until there is room, up to 200,000 of them.");

    static List<Setting<?>> settings() {
        return List.of(MAX_PENDING, BACKGROUND_WHEN_FULL);
    }

    static AdmissionSettings of(AbstractConfig config) {
        return new AdmissionSettings(MAX_PENDING.of(config), BACKGROUND_WHEN_FULL.of(config), MAX_DEFERRED);
    }

    public AdmissionSettings withMaxDeferred(int other) {
        return new AdmissionSettings(maxPending, whenFull, other);
    }

    boolean defersBackground() {
        return whenFull == WhenFull.DEFER;
    }

    /** Pending misses at which a priority is shed. */
    int highMark(Priority priority) {
        double share = switch (priority) {
            case BACKGROUND -> BACKGROUND_MARK;
            case STANDARD -> STANDARD_MARK;
            case INTERACTIVE -> 1;
        };
        return (int) Math.max(1, share * maxPending);
    }

    /** Pending misses below which it is accepted again. */
    int lowMark(Priority priority) {
        return (int) Math.max(1, highMark(priority) * (1 - HYSTERESIS));
    }
}
