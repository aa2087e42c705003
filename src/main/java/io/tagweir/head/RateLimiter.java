package io.tagweir.head;

import java.time.Instant;

/**
 * Limits a rate: a steady number per second, with bursts of up to a tenth of a second's worth, at least one.
 * Thread-safe.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371), which stores only the time at which the next permit conforms.
 */
final class RateLimiter {

    private static final long SECOND = 1_000_000_000L;

    private final long interval;
    private final long burst;
    private long conforms = Long.MIN_VALUE;

    RateLimiter(int perSecond) {
        interval = SECOND / perSecond;
        burst = Math.max(interval, SECOND / 10);
    }

    /** Takes a permit if there is one now. */
    synchronized boolean tryAcquire(Instant now) {
        long at = now.getEpochSecond() * SECOND + now.getNano();
        long earliest = Math.max(conforms, at - burst);
        if (earliest + interval > at) {
            return false;
        }
        conforms = earliest + interval;
        return true;
    }
}
