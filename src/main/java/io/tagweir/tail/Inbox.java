package io.tagweir.tail;

import io.tagweir.tail.MicroBatcher.Outcome;
import io.tagweir.tail.MicroBatcher.Ticket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One task's side of the {@link MicroBatcher}: it offers queries and polls what became of them.
 *
 * <p>All methods but {@link #deliver} and {@link #isOpen} belong to the task's stream thread, those two to the
 * student's threads.
 */
final class Inbox {

    private final Queue<Ticket> waiting;
    private final AtomicInteger pendingOfAll;
    private final Queue<Outcome> done = new ConcurrentLinkedQueue<>();
    private int pending;
    private volatile boolean open = true;

    Inbox(Queue<Ticket> waiting, AtomicInteger pendingOfAll) {
        this.waiting = waiting;
        this.pendingOfAll = pendingOfAll;
    }

    void offer(String entry, String canonical) {
        pending++;
        pendingOfAll.incrementAndGet();
        waiting.add(new Ticket(entry, canonical, this));
    }

    @Nullable
    Outcome poll() {
        var outcome = done.poll();
        if (outcome != null) {
            pending--;
            pendingOfAll.decrementAndGet();
        }
        return outcome;
    }

    /** Whether every query offered has been polled again. */
    boolean isIdle() {
        return pending == 0;
    }

    boolean isOpen() {
        return open;
    }

    void deliver(Outcome outcome) {
        done.add(outcome);
    }

    /** The task has gone; the student's threads pass over what it still had waiting. */
    void close() {
        open = false;
        pendingOfAll.addAndGet(-pending);
        pending = 0;
    }
}
