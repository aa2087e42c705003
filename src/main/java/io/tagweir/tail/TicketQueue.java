package io.tagweir.tail;

import io.tagweir.roster.Roster;
import io.tagweir.tail.LaneQueue.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that wait for a thread of the student, the most urgent first, and those whose student is not loaded.
 * Thread-safe; stream threads never wait here for a thread of the student.
 *
 * <p>Each {@link Lane} has its {@link LaneQueue}; an INTERACTIVE ticket lies in both, and the first to claim it has it.
 * A ticket that nobody waits for is taken alone: it makes nobody's run longer, and a query that comes while it runs
 * waits for one query's run at most. A ticket that becomes more urgent gets a second place.
 *
 * <p>A ticket whose student is not loaded is set aside until the roster has changed <em>since its student was
 * named</em>: then the stream thread asks again who answers. It may have changed long before the ticket was set aside,
 * so the version of the roster travels with the ticket.
 */
final class TicketQueue {

    private static final long NEVER = -1;

    /** Longest a thread sleeps: then it looks for tickets, and for a change of the roster, whatever woke it. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final Predicate<Urgency> WAITED_FOR = Urgency::isAny;

    private final Roster roster;
    private final BatchSettings settings;
    private final LongSupplier nanos;
    private final LaneQueue all;
    private final @Nullable LaneQueue interactive;
    private final Queue<Ticket> withoutStudent = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicIntegerArray waiting = new AtomicIntegerArray(Urgency.RANKS);
    private volatile long rosterSeen = NEVER;

    TicketQueue(Roster roster, BatchSettings settings, LongSupplier nanos) {
        this.roster = roster;
        this.settings = settings;
        this.nanos = nanos;
        this.all = new LaneQueue(settings.threads());
        this.interactive = settings.interactiveThreads() == 0 ? null : new LaneQueue(settings.interactiveThreads());
    }

    void add(Ticket ticket) {
        var urgency = ticket.urgency();
        waiting.incrementAndGet(urgency.rank());
        place(ticket, urgency);
    }

    private void place(Ticket ticket, Urgency urgency) {
        var place = new Place(urgency, numbers.getAndIncrement(), ticket);
        all.add(place);
        if (interactive != null && urgency.isInteractive()) {
            interactive.add(place);
        }
    }

    /** Gives a ticket a better place, where it still waits. */
    void hasten(Ticket ticket, Urgency urgency) {
        var before = ticket.urgency();
        waiting.incrementAndGet(urgency.rank()); // First, so that no count ever falls below 0.
        boolean hastened = ticket.tryHasten(urgency);
        waiting.decrementAndGet((hastened ? before : urgency).rank());
        if (hastened) {
            place(ticket, urgency);
        }
    }

    /** A ticket was called off. */
    void forget(Ticket ticket) {
        waiting.decrementAndGet(ticket.urgency().rank());
    }

    /** Tickets of this rank that wait. */
    int waiting(int rank) {
        return waiting.get(rank);
    }

    /** Tickets of this rank and of those before it that wait. */
    int ahead(int rank) {
        int ahead = 0;
        for (int before = 0; before <= rank; before++) {
            ahead += waiting.get(before);
        }
        return ahead;
    }

    /**
     * How long tickets have waited, for a thread or for their student, while a thread that takes them was idle; zero in
     * health.
     */
    Duration neglected() {
        long now = nanos.getAsLong();
        return Duration.ofNanos(Math.max(all.neglected(now), interactive == null ? 0 : interactive.neglected(now)));
    }

    /** Sets claimed tickets aside whose student is not loaded. */
    void park(List<Ticket> tickets) {
        withoutStudent.addAll(tickets);
        rosterSeen = NEVER; // After they were added: whoever overwrites it sees them.
    }

    /** Waits for at least one ticket; all returned are claimed. */
    List<Ticket> take(Lane lane) throws InterruptedException {
        var queue = lane == Lane.ALL || interactive == null ? all : interactive;
        var taken = new ArrayList<Ticket>();
        unpark();
        while (!claim(queue, urgency -> true, taken)) {
            queue.looked(isAnyWaiting(lane), nanos.getAsLong());
            queue.sleep(LOOK.toNanos());
            unpark();
        }
        queue.looked(false, 0);
        if (taken.get(0).urgency().isAny()) {
            addCompany(queue, taken);
        }
        queue.leave();
        return taken;
    }

    private boolean isAnyWaiting(Lane lane) {
        return ahead(lane == Lane.ALL ? Urgency.NOBODY_WAITS : 0) > 0
                || withoutStudent.stream().anyMatch(ticket -> ticket.inbox().isOpen());
    }

    private void addCompany(LaneQueue queue, List<Ticket> taken) throws InterruptedException {
        long until = System.nanoTime() + settings.linger().toNanos();
        for (long left = settings.linger().toNanos();
                left > 0 && taken.size() < settings.maxQueries();
                left = until - System.nanoTime()) {
            if (!claim(queue, WAITED_FOR, taken)) {
                queue.sleep(left);
            }
        }
        // Each thread leaves the others their share, or one would run what two could.
        int share = (ahead(Urgency.NOBODY_WAITS - 1) + taken.size() + settings.threads() - 1) / settings.threads();
        int size = Math.min(settings.window(), Math.max(share, settings.maxQueries()));
        while (taken.size() < size && claim(queue, WAITED_FOR, taken)) {
            // until the share is full, or nothing waits
        }
    }

    /** Adds the most urgent ticket, if it is fit; false: none is there. Those of a task that has gone are dropped. */
    private boolean claim(LaneQueue queue, Predicate<Urgency> fit, List<Ticket> taken) {
        for (var ticket = queue.poll(fit); ticket != null; ticket = queue.poll(fit)) {
            waiting.decrementAndGet(ticket.urgency().rank());
            if (ticket.inbox().isOpen()) {
                taken.add(ticket);
                return true;
            }
        }
        return false;
    }

    /** Hands back what was set aside and the roster may have another student for by now. */
    private void unpark() {
        long version = roster.version();
        if (version != rosterSeen) {
            rosterSeen = version; // Before they are looked at: what is set aside meanwhile has them looked at again.
            withoutStudent.removeIf(ticket -> !ticket.inbox().isOpen() || isHandedBack(ticket, version));
        }
    }

    private static boolean isHandedBack(Ticket ticket, long version) {
        boolean changed = ticket.rosterVersion() != version;
        if (changed && ticket.tryAnswer()) {
            ticket.inbox().deliver(Outcome.moved(ticket));
        }
        return changed;
    }
}
