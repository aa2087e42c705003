package io.tagweir.tail;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one task that are being tagged, and the queries that wait for them with their deadlines. Owned by the
 * stream thread of its task.
 *
 * <p>A flight is keyed by student version and key text, as {@link TailCache} is: the queries of a text that are under
 * way at once cost one run.
 */
final class Flights {

    /** A query that is to be answered by then, come what may. */
    record Due(long deadline, String entry, Flight flight) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return Long.compare(deadline, other.deadline);
        }
    }

    /** Queries by deadline from which on those that have been answered are purged. */
    private static final int PURGE = 1_024;

    private final Inbox inbox;
    private final Map<String, Flight> byKey = new HashMap<>();
    private final PriorityQueue<Due> byDeadline = new PriorityQueue<>();
    private int purgeAt = PURGE;

    Flights(Inbox inbox) {
        this.inbox = inbox;
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** Has a query wait for its text, which is offered to the student where it isn't under way. */
    void join(Asked asked) {
        var flight = byKey.computeIfAbsent(
                asked.key(),
                key -> new Flight(key, asked.student(), asked.miss().getCanonicalQuery(), asked.budget()));
        flight.join(asked.entry(), asked.budget());
        var ticket = flight.ticket();
        if (ticket == null) {
            flight.ticket(inbox.offer(flight, asked.student(), asked.rosterVersion(), asked.urgency()));
        } else {
            ticket.inbox().hasten(ticket, asked.urgency());
        }
        if (!asked.budget().isEndless()) {
            byDeadline.add(new Due(asked.budget().until(), asked.entry(), flight));
            purge();
        }
    }

    /** Forgets the deadlines of what has been answered, once it may be half of them. */
    private void purge() {
        if (byDeadline.size() >= purgeAt) {
            byDeadline.removeIf(due -> !due.flight().waiting().contains(due.entry()));
            purgeAt = Math.max(PURGE, 2 * byDeadline.size());
        }
    }

    /**
     * The flight is over: whoever asks for its text next begins a new one.
     *
     * @return the entries of the queries that waited, in the order in which they came
     */
    List<String> land(Flight flight) {
        byKey.remove(flight.key(), flight);
        var waited = List.copyOf(flight.waiting());
        flight.waiting().clear();
        return waited;
    }

    /** The next query whose time is up, which leaves its flight; null: none. */
    @Nullable
    Due nextDue(long now) {
        for (var due = byDeadline.peek(); due != null && due.deadline() <= now; due = byDeadline.peek()) {
            byDeadline.remove();
            if (due.flight().waiting().remove(due.entry())) {
                callOff(due.flight());
                return due;
            }
        }
        return null;
    }

    /** A text that nobody waits for and no thread has begun with is not tagged at all. */
    private void callOff(Flight flight) {
        var ticket = flight.ticket();
        if (flight.waiting().isEmpty() && ticket != null && ticket.inbox().tryCancel(ticket)) {
            land(flight);
        }
    }
}
