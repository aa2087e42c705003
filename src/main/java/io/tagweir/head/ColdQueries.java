package io.tagweir.head;

import io.tagweir.avro.Held;
import io.tagweir.ledger.Ledger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The held queries of one task, in a {@link Ledger}, and the order in which they are released. Owned by the stream
 * thread of its task, except {@link #size} and {@link #isFull}, which any thread may call.
 */
final class ColdQueries {

    private record Waiting(String entry, Instant until) {}

    private final Ledger<Held> ledger;
    private final HeadTasks tasks;
    private final Queue<Waiting> byExpiry = new PriorityQueue<>(Comparator.comparing(Waiting::until));
    private Queue<String> toRecheck = new ArrayDeque<>();
    private volatile int size;

    ColdQueries(Ledger<Held> ledger, HeadTasks tasks) {
        this.ledger = ledger;
        this.tasks = tasks;
        ledger.recover(this::add);
    }

    private void add(String entry, Held held) {
        byExpiry.add(new Waiting(entry, held.getUntil()));
        size = ledger.open();
    }

    /** Whether a query is held already. */
    boolean holds(String entry) {
        return ledger.holds(entry);
    }

    /** Holds a query that is not held yet, even beyond the limit: a record that was read can't be put back. */
    void hold(String entry, Held held) {
        ledger.take(entry, held);
        add(entry, held);
    }

    /** Checks every query again: the partition may be primed now. */
    void recheckAll() {
        toRecheck = new ArrayDeque<>(ledger.entries());
    }

    /**
     * Removes the next query that need not wait any longer, for the caller to answer; null if there is none now.
     *
     * @param primed whether the snapshot that a query asks for is verified here
     */
    @Nullable
    Released next(Instant now, Predicate<Held> primed) {
        while (!toRecheck.isEmpty()) {
            String entry = toRecheck.remove();
            var held = ledger.find(entry);
            if (held != null && primed.test(held)) {
                return release(entry, true);
            }
        }
        while (!byExpiry.isEmpty()) {
            var first = byExpiry.peek();
            if (ledger.find(first.entry()) == null) {
                byExpiry.remove();
            } else if (!first.until().isAfter(now) && tasks.coldLimiter().tryAcquire(now)) {
                byExpiry.remove();
                return release(first.entry(), false);
            } else {
                return null;
            }
        }
        return null;
    }

    /**
     * A query that is held no longer.
     *
     * @param entry key of its ledger entry
     * @param primed whether its snapshot is verified now; if not, its time is over
     */
    record Released(String entry, Held held, boolean primed) {}

    private Released release(String entry, boolean primed) {
        var held = ledger.answer(entry);
        if (held == null) {
            throw new IllegalStateException("the query " + entry + " was released twice");
        }
        size = ledger.open();
        if (size == 0) {
            byExpiry.clear();
            toRecheck.clear();
        }
        return new Released(entry, held, primed);
    }

    /** Deletes the entries whose answers are in Kafka. */
    void settle() {
        ledger.settle();
    }

    /** Whether no query is held and no entry waits to be deleted. */
    boolean isIdle() {
        return size == 0 && ledger.isSettled();
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= tasks.maxHeldOfTask();
    }
}
