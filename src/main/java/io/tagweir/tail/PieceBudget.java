package io.tagweir.tail;

import java.util.function.LongSupplier;

/**
 * Most word pieces in one run, padding included: as set, or for a while fewer, after the device had no memory for a
 * run. Thread-safe.
 *
 * <p>It is the pieces that are bounded and not the queries, because memory goes with them. When the while is over the
 * whole budget is tried again, at the cost of one failed run where the memory is still lacking.
 */
final class PieceBudget {

    private final BatchSettings settings;
    private final LongSupplier nanos;
    private int lowered;
    private long loweredAt;

    PieceBudget(BatchSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        this.lowered = settings.maxTokens();
    }

    synchronized int now() {
        if (lowered < settings.maxTokens()
                && nanos.getAsLong() - loweredAt > settings.memoryBackOff().toNanos()) {
            lowered = settings.maxTokens();
        }
        return lowered;
    }

    /** A run of so many pieces found no memory: half as many are tried from now on. */
    synchronized void tooMuch(int pieces) {
        lowered = Math.max(1, Math.min(now(), pieces / 2));
        loweredAt = nanos.getAsLong();
    }
}
