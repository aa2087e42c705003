package io.tagweir.head;

import java.time.Instant;

/**
 * How many queries may pass to the student: a steady number a second, and no more than a tenth of a second's worth at
 * once, but always one. Thread-safe.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371): one moment is remembered, that from which the next query conforms.
 */
final class RateCap {

    private static final long SECOND = 1_000_000_000L;

    private final long interval;
    private final long burst;
    private long conforms = Long.MIN_VALUE;

    RateCap(int perSecond) {
        interval = SECOND / perSecond;
        burst = Math.max(interval, SECOND / 10);
    }

    /** Whether one more may go now. */
    synchronized boolean tryTake(Instant now) {
        long at = now.getEpochSecond() * SECOND + now.getNano();
        long earliest = Math.max(conforms, at - burst);
        if (earliest + interval > at) {
            return false;
        }
        conforms = earliest + interval;
        return true;
    }
}
