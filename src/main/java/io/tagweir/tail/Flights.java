package io.tagweir.tail;

import io.tagweir.avro.Miss;
import java.util.HashMap;
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

    private final Inbox inbox;
    private final Map<String, Flight> byKey = new HashMap<>();
    private final PriorityQueue<Due> byDeadline = new PriorityQueue<>();

    Flights(Inbox inbox) {
        this.inbox = inbox;
    }

    static String key(String student, String keyText) {
        return student + '\t' + keyText;
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /**
     * Has a query wait for its text, which is offered to the student where it isn't under way.
     *
     * @param student {@code id@version} of the one that is to answer
     */
    void join(String key, String student, Miss miss, String entry, Budget budget) {
        var urgency = Urgency.of(miss.getPriority(), budget.until());
        var flight = byKey.computeIfAbsent(key, absent -> new Flight(key, student, miss.getCanonicalQuery(), budget));
        flight.join(entry, budget);
        var ticket = flight.ticket();
        if (ticket == null) {
            flight.ticket(inbox.offer(flight, student, urgency));
        } else {
            ticket.inbox().hasten(ticket, urgency);
        }
        if (!budget.isEndless()) {
            byDeadline.add(new Due(budget.until(), entry, flight));
        }
    }

    /** The flight is over: whoever asks for its text next begins a new one. */
    void land(Flight flight) {
        byKey.remove(flight.key(), flight);
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
