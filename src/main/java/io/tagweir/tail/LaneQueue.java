package io.tagweir.tail;

import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that wait for the threads of one lane, the most urgent first.
 *
 * <p>The stream threads add to a lock-free queue and ring a bell. A thread of the lane takes a lock that only its lane
 * shares, moves what has arrived into a priority queue, and takes from there. So the head never waits for a thread that
 * was put off while it held a lock, nor does one lane for the other.
 *
 * <p><b>No ticket is left behind while a thread sleeps.</b> A permit of the bell stands for no ticket: it says "look
 * again" ({@link #poll}). A look holds the lock and sees every ticket added before it. A thread sleeps only after a
 * look that found nothing, and only while the bell has no permit. So a ticket that waits while a thread sleeps was
 * added after that thread's last look. Its stream thread has then rung, or seen a permit that nobody had taken yet:
 * either way a thread takes a permit after the ticket was added, and looks. It finds the ticket, or another thread has
 * it; or it takes what is more urgent and as much as it may, and rings again for what it leaves ({@link #leave}). So
 * the bell falls silent only when all has been taken. Were this wrong, a sleeping thread would still look again after a
 * bounded time, since it is the tickets it looks for and not permits.
 *
 * <p>A ticket may lie here several times, and in both lanes: whoever claims it first has it ({@link Ticket#tryTake}),
 * and its other places are passed over. Thread-safe.
 */
final class LaneQueue {

    private static final long NEVER = Long.MIN_VALUE;

    /** Places from which on those of tickets that do not wait any more are purged. */
    private static final int PURGE = 1_024;

    /** @param number tells those of the same urgency apart: first come, first served */
    record Place(Urgency urgency, long number, Ticket ticket) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int order = urgency.compareTo(other.urgency);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private final int threads;
    private final Queue<Place> arrivals = new ConcurrentLinkedQueue<>();
    private final Semaphore bell = new Semaphore(0);
    private final PriorityQueue<Place> places = new PriorityQueue<>(); // guarded by this
    private int purgeAt = PURGE; // guarded by this
    private volatile long neglectedSince = NEVER;

    /** @param threads of the lane: as many may be woken at once */
    LaneQueue(int threads) {
        this.threads = threads;
    }

    /** Never waits for a thread of the student. */
    void add(Place place) {
        arrivals.add(place);
        ring();
    }

    /** Has a thread look. */
    private void ring() {
        if (bell.availablePermits() < threads) {
            bell.release();
        }
    }

    /** Sleeps until the bell rings, at most for so long. To be followed by a look. */
    void sleep(long nanos) throws InterruptedException {
        boolean ignored = bell.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    /** Claims the most urgent ticket, if it is one of {@code fit}; null: it is not, or there is none. */
    synchronized @Nullable Ticket poll(Predicate<Urgency> fit) {
        gather();
        var first = places.peek();
        while (first != null) {
            var ticket = first.ticket();
            if (ticket.isWaiting() && !fit.test(first.urgency())) {
                return null;
            }
            places.remove();
            if (ticket.tryTake()) {
                return ticket;
            }
            first = places.peek();
        }
        return null;
    }

    /** To be called by a thread that turns to what it has taken: what it leaves is another's to look at. */
    synchronized void leave() {
        gather();
        if (!places.isEmpty()) {
            ring();
        }
    }

    private void gather() {
        for (var arrived = arrivals.poll(); arrived != null; arrived = arrivals.poll()) {
            places.add(arrived);
        }
        if (places.size() >= purgeAt) {
            places.removeIf(place -> !place.ticket().isWaiting());
            purgeAt = Math.max(PURGE, 2 * places.size());
        }
    }

    /**
     * A thread has looked, at this time.
     *
     * @param neglected whether it found nothing though something waits
     */
    void looked(boolean neglected, long now) {
        if (!neglected) {
            neglectedSince = NEVER;
        } else if (neglectedSince == NEVER) {
            neglectedSince = now;
        }
    }

    /** Nanoseconds for which something has waited and a thread that takes it has found nothing; 0 in health. */
    long neglected(long now) {
        long since = neglectedSince;
        return since == NEVER ? 0 : Math.max(0, now - since);
    }
}
