package io.tagweir.inference;

import java.util.function.LongSupplier;

/**
 * Most tokens in one run, padding included. After a run found too little device memory, a lower limit holds for
 * {@link BatchSettings#memoryBackOff}. Thread-safe.
 *
 * <p>The limit is on tokens and not on queries because memory grows with tokens. When the back-off is over the full
 * limit is tried again, at the cost of one failed run if memory is still short.
 */
final class TokenBudget {

    private final BatchSettings settings;
    private final LongSupplier nanos;
    private int lowered;
    private long loweredAt;

    TokenBudget(BatchSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        this.lowered = settings.maxTokens();
    }

    synchronized int now() {
        if (lowered < settings.maxTokens()
                && nanos.getAsLong() - loweredAt
                        > settings.faults().memoryBackOff().toNanos()) {
            lowered = settings.maxTokens();
        }
        return lowered;
    }

    /** Halves the limit after a run of so many tokens found too little memory. */
    synchronized void exceeded(int tokens) {
        lowered = Math.max(1, Math.min(now(), tokens / 2));
        loweredAt = nanos.getAsLong();
    }
}
