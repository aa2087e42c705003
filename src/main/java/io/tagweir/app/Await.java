package io.tagweir.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Waits for what other processes bring about, with a limit.
 *
 * @param limit how long
 * @param condition what is waited for, as the progress lines say, such as "v1 to be verified"
 * @param onInterrupt line for a user who stops the command with Ctrl-C
 * @param err where both go
 */
public record Await(Duration limit, String condition, String onInterrupt, PrintWriter err) {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

    /**
     * Polls until there is no problem left, or the limit is reached; returns the last status. Reports progress at an
     * interval.
     */
    <S> S poll(Supplier<S> status, Function<S, List<String>> problems) {
        var hook = new Thread(() -> {
            err.println("tagweir: " + onInterrupt);
            err.flush();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return untilDone(status, problems);
        } finally {
            remove(hook);
        }
    }

    private <S> S untilDone(Supplier<S> status, Function<S, List<String>> problems) {
        long began = System.nanoTime();
        long reported = began;
        while (true) {
            var now = status.get();
            var left = problems.apply(now);
            long time = System.nanoTime();
            if (left.isEmpty() || time - began >= limit.toNanos()) {
                return now;
            }
            if (time - reported >= PROGRESS_INTERVAL.toNanos()) {
                reported = time;
                err.println("waiting for " + condition + ", " + (time - began) / 1_000_000_000 + " of "
                        + limit.toSeconds() + " s: " + left.get(0)
                        + (left.size() > 1 ? " (and " + (left.size() - 1) + " more)" : ""));
                err.flush();
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    /** Once the JVM is shutting down the command must not go on, as the user has been told that it does not. */
    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** @throws Refusal if the condition does not hold within the limit; {@code what} names it */
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
