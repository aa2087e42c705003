package io.tagweir.tail;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One task's side of a {@link MicroBatcher}: it offers texts and polls what became of them.
 *
 * <p>All methods but {@link #deliver} and {@link #isOpen} belong to the task's stream thread, those two to the
 * student's threads.
 */
final class Inbox {

    private final MicroBatcher batcher;
    private final Queue<Outcome> done = new ConcurrentLinkedQueue<>();
    private int pending;
    private volatile boolean open = true;

    Inbox(MicroBatcher batcher) {
        this.batcher = batcher;
    }

    /**
     * Has a student asked for what the flight is about.
     *
     * @param rosterVersion of the roster, read before it was asked for the student
     */
    Ticket offer(Flight flight, String student, long rosterVersion, Urgency urgency) {
        var ticket = new Ticket(flight, student, rosterVersion, urgency, this);
        pending++;
        batcher.enqueue(ticket);
        return ticket;
    }

    /** Of the roster of the student's threads. */
    long rosterVersion() {
        return batcher.rosterVersion();
    }

    /** Somebody more urgent waits for the same text. */
    void hasten(Ticket ticket, Urgency urgency) {
        batcher.hasten(ticket, urgency);
    }

    /** Nobody waits for it any more; false where its run has begun, whose outcome comes all the same. */
    boolean tryCancel(Ticket ticket) {
        boolean cancelled = ticket.tryCancel();
        if (cancelled) {
            pending--;
            batcher.forget(ticket);
        }
        return cancelled;
    }

    @Nullable
    Outcome poll() {
        var outcome = done.poll();
        if (outcome != null) {
            pending--;
        }
        return outcome;
    }

    /** Whether every text offered has been polled again or called off. */
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
        pending = 0;
    }
}
