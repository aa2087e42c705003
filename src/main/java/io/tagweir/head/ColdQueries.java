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
 * The queries of one task that wait until its partition is primed.
 *
 * <p>Each lies in a {@link Ledger} until it has been looked up again, or its time is over and the {@link RateCap} lets
 * it go to the student. Owned by the stream thread of its task, but for {@link #size} and {@link #isFull}, which any
 * thread may ask.
 */
final class ColdQueries {

    private record Waiting(String entry, Instant until) {}

    private final Ledger<Held> ledger;
    private final HeadTasks tasks;
    private final Queue<Waiting> byTime = new PriorityQueue<>(Comparator.comparing(Waiting::until));
    private Queue<String> toLookUp = new ArrayDeque<>();
    private volatile int size;

    ColdQueries(Ledger<Held> ledger, HeadTasks tasks) {
        this.ledger = ledger;
        this.tasks = tasks;
        ledger.recover(this::add);
    }

    private void add(String entry, Held held) {
        byTime.add(new Waiting(entry, held.getUntil()));
        size = ledger.open();
    }

    /** Whether the query read from there is in the ledger already. */
    boolean holds(String entry) {
        return ledger.holds(entry);
    }

    /**
     * Holds a query that the ledger does not hold. It may be more than the bound: what has been read can't be put back.
     */
    void hold(String entry, Held held) {
        ledger.take(entry, held);
        add(entry, held);
    }

    /** Something has changed that may prime the partition: every query is to be looked at again. */
    void lookAgain() {
        toLookUp = new ArrayDeque<>(ledger.entries());
    }

    /**
     * The next query that need not wait on; null: none for now. It is the caller's to answer it.
     *
     * @param primed whether the snapshot that a query asks for is verified here
     */
    @Nullable
    Released next(Instant now, Predicate<Held> primed) {
        while (!toLookUp.isEmpty()) {
            String entry = toLookUp.remove();
            var held = ledger.find(entry);
            if (held != null && primed.test(held)) {
                return release(entry, true);
            }
        }
        while (!byTime.isEmpty()) {
            var first = byTime.peek();
            if (ledger.find(first.entry()) == null) {
                byTime.remove();
            } else if (!first.until().isAfter(now) && tasks.cap().tryTake(now)) {
                byTime.remove();
                return release(first.entry(), false);
            } else {
                return null;
            }
        }
        return null;
    }

    /**
     * A query whose wait is over.
     *
     * @param entry where it was read from
     * @param primed whether its partition is primed now
     */
    record Released(String entry, Held held, boolean primed) {}

    private Released release(String entry, boolean primed) {
        var held = ledger.answer(entry);
        if (held == null) {
            throw new IllegalStateException("the query " + entry + " is released twice");
        }
        size = ledger.open();
        if (size == 0) {
            byTime.clear();
            toLookUp.clear();
        }
        return new Released(entry, held, primed);
    }

    /** Deletes what was answered for good. */
    void settle() {
        ledger.settle();
    }

    /** Whether nothing waits, nor is to be deleted. */
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
