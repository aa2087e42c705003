package io.tagweir.app;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that will come about by itself, but not for ever. */
public final class Await {

    private Await() {}

    /** @throws Refusal where it has not come about within {@code limit}; {@code what} says what was waited for */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new Refusal("waited " + limit.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
