package io.tagweir.inference;

import java.time.Duration;

/**
 * Requests per second that the workers complete while they are busy, over the latest runs. Thread-safe.
 *
 * <p>The sums of requests and of time decay by 2 % with each run. By Little's law a queue takes its length divided by
 * the rate.
 */
final class ServiceRate {

    private static final double DECAY = 0.98;
    private static final double SECOND = 1e9;

    private final int threads;
    private double requests;
    private double nanos;

    /** Volatile, so that a client reads it without waiting for a worker. */
    private volatile double perSecond;

    /** @param estimate requests per second until something was measured; 0: unknown */
    ServiceRate(int threads, double estimate) {
        this.threads = threads;
        this.perSecond = estimate > 0 ? estimate : Double.NaN;
    }

    /** Records a run of one worker. */
    synchronized void add(int count, long tookNanos) {
        requests = requests * DECAY + count;
        nanos = nanos * DECAY + tookNanos;
        if (nanos > 0) {
            perSecond = threads * requests * SECOND / nanos;
        }
    }

    /** Requests per second of all workers together; the estimate before the first run, NaN without one. */
    double perSecond() {
        return perSecond;
    }

    /** How long so many requests take; zero if the rate is unknown. */
    Duration timeFor(int count) {
        double rate = perSecond();
        return Double.isNaN(rate) ? Duration.ZERO : Duration.ofNanos((long) (count / rate * SECOND));
    }
}
