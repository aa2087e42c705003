package io.tagweir.tail;

import io.tagweir.roster.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that wait for a thread of the student, the most urgent first, and those whose student is not loaded.
 * Thread-safe, and without a lock: a student's thread yields its core to all others, and one that was put off while it
 * held a lock would have the stream thread, and with it the head, wait for it.
 *
 * <p>A ticket that nobody waits for is taken alone: it makes nobody's run longer, and a query that comes while it runs
 * waits for one query's run at most.
 *
 * <p>A ticket that becomes more urgent gets a second place; the old one is passed over when its turn comes.
 */
final class TicketQueue {

    private static final long NEVER = -1;

    /** How long a thread sleeps before it looks whether a student that tickets wait for was loaded meanwhile. */
    private static final Duration LOOK = Duration.ofMillis(50);

    /** @param number tells those of the same urgency apart: first come, first served */
    private record Place(Urgency urgency, long number, Ticket ticket) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int order = urgency.compareTo(other.urgency);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private final Roster roster;
    private final BatchSettings settings;
    private final ConcurrentSkipListSet<Place> places = new ConcurrentSkipListSet<>();

    /** One at least for each place that nobody has come for yet. */
    private final Semaphore all = new Semaphore(0);

    /** One at least for each of these that is INTERACTIVE. */
    private final Semaphore interactive = new Semaphore(0);

    private final ConcurrentLinkedQueue<Ticket> withoutStudent = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicIntegerArray waiting = new AtomicIntegerArray(Urgency.RANKS);
    private volatile long rosterSeen = NEVER;

    TicketQueue(Roster roster, BatchSettings settings) {
        this.roster = roster;
        this.settings = settings;
    }

    void add(Ticket ticket) {
        waiting.incrementAndGet(ticket.urgency().rank());
        place(ticket);
    }

    private void place(Ticket ticket) {
        place(new Place(ticket.urgency(), numbers.getAndIncrement(), ticket));
    }

    private void place(Place place) {
        places.add(place);
        all.release();
        if (place.urgency().isInteractive()) {
            interactive.release();
        }
    }

    /** The first place, if the lane takes it, waited for so long; null: there was none, or another lane came first. */
    private @Nullable Place poll(Lane lane, long nanos) throws InterruptedException {
        var permits = lane == Lane.ALL ? all : interactive;
        if (!permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            return null;
        }
        for (var place : places) {
            if (!lane.takes(place.urgency())) {
                return null;
            }
            if (places.remove(place)) {
                return place;
            }
        }
        return null;
    }

    /** Gives a ticket a better place, where it still waits. */
    void hasten(Ticket ticket, Urgency urgency) {
        boolean hastened = ticket.tryHasten(urgency, before -> {
            waiting.incrementAndGet(urgency.rank());
            waiting.decrementAndGet(before.rank());
        });
        if (hastened) {
            place(ticket);
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
     * Sets claimed tickets aside until the roster has changed.
     *
     * @param version of the roster in which their student was not loaded
     */
    void park(List<Ticket> tickets, long version) {
        withoutStudent.addAll(tickets);
        if (roster.version() != version) {
            rosterSeen = NEVER; // Who has seen that change already has not seen these.
        }
    }

    /** Waits for at least one ticket; all returned are claimed. */
    List<Ticket> take(Lane lane) throws InterruptedException {
        var taken = new ArrayList<Ticket>();
        while (taken.isEmpty()) {
            unpark();
            claim(poll(lane, LOOK.toNanos()), taken);
        }
        if (!taken.get(0).urgency().isAny()) {
            return taken;
        }
        if (!settings.linger().isZero()) {
            linger(lane, taken);
        }
        // Each thread leaves the others their share, or one would run what two could.
        int share = (ahead(Urgency.NOBODY_WAITS - 1) + taken.size() + settings.threads() - 1) / settings.threads();
        int size = Math.min(settings.window(), Math.max(share, settings.maxQueries()));
        while (taken.size() < size) {
            var next = poll(lane, 0);
            if (next == null) {
                return taken;
            }
            if (!next.urgency().isAny()) {
                place(next);
                return taken;
            }
            claim(next, taken);
        }
        return taken;
    }

    /** Waits a little for company. */
    private void linger(Lane lane, List<Ticket> taken) throws InterruptedException {
        long until = System.nanoTime() + settings.linger().toNanos();
        var passedOver = new ArrayList<Place>();
        try {
            while (taken.size() < settings.maxQueries()) {
                var next = poll(lane, until - System.nanoTime());
                if (next == null) {
                    return;
                }
                if (next.urgency().isAny()) {
                    claim(next, taken);
                } else {
                    passedOver.add(next);
                }
            }
        } finally {
            passedOver.forEach(this::place);
        }
    }

    /** Once the roster has changed, whose student was not loaded is asked again who answers: it may be another. */
    private void unpark() {
        long version = roster.version();
        if (version != rosterSeen) {
            rosterSeen = version;
            for (int parked = withoutStudent.size(); parked > 0; parked--) {
                var ticket = withoutStudent.poll();
                if (ticket != null && ticket.tryAnswer()) {
                    ticket.inbox().deliver(Outcome.moved(ticket));
                }
            }
        }
    }

    private void claim(@Nullable Place place, List<Ticket> taken) {
        if (place == null) {
            return;
        }
        var ticket = place.ticket();
        if (ticket.tryTake()) {
            waiting.decrementAndGet(ticket.urgency().rank());
            if (ticket.inbox().isOpen()) {
                taken.add(ticket);
            }
        }
    }
}
