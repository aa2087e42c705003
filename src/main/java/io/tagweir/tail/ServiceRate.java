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

    ServiceRate(int threads) {
        this.threads = threads;
    }

    /** One thread has run so many queries in this time. */
    synchronized void ran(int count, long tookNanos) {
        queries = queries * REMEMBER + count;
        nanos = nanos * REMEMBER + tookNanos;
    }

    /** Queries a second, all threads together; NaN before anything was run. */
    synchronized double perSecond() {
        return nanos == 0 ? Double.NaN : threads * queries * SECOND / nanos;
    }

    /** How long so many queries take; zero before anything was run. */
    Duration timeFor(int count) {
        double rate = perSecond();
        return Double.isNaN(rate) ? Duration.ZERO : Duration.ofNanos((long) (count / rate * SECOND));
    }
}
