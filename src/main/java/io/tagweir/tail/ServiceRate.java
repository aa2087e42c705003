package io.tagweir.tail;

import java.time.Duration;

/**
 * How fast the student's threads work through queries while they are busy, over the latest runs. Thread-safe.
 *
 * <p>Sums of queries and of time, both of which forget by a fiftieth at each run. Little's law then says how long a
 * queue takes: its length over the rate.
 */
final class ServiceRate {

    private static final double REMEMBER = 0.98;
    private static final double SECOND = 1e9;

    private final int threads;
    private double queries;
    private double nanos;

    /** Read without a lock, as the stream thread is not to wait for a student's. */
    private volatile double perSecond;

    /** @param estimate queries a second until something was run; 0: unknown */
    ServiceRate(int threads, double estimate) {
        this.threads = threads;
        this.perSecond = estimate > 0 ? estimate : Double.NaN;
    }

    /** One thread has run so many queries in this time. */
    synchronized void ran(int count, long tookNanos) {
        queries = queries * REMEMBER + count;
        nanos = nanos * REMEMBER + tookNanos;
        if (nanos > 0) {
            perSecond = threads * queries * SECOND / nanos;
        }
    }

    /** Queries a second, all threads together; before anything was run the estimate, NaN without one. */
    double perSecond() {
        return perSecond;
    }

    /** How long so many queries take; zero where the rate is unknown. */
    Duration timeFor(int count) {
        double rate = perSecond();
        return Double.isNaN(rate) ? Duration.ZERO : Duration.ofNanos((long) (count / rate * SECOND));
    }
}
