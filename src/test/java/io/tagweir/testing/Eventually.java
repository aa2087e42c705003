package io.tagweir.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition that another thread or process brings about. */
public final class Eventually {

    /** Far longer than anything takes on an idle machine. */
    public static final Duration LIMIT = Duration.ofSeconds(90);

    private Eventually() {}

    /** @throws AssertionError if the condition does not hold within {@link #LIMIT} */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + LIMIT.toSeconds() + " s for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
