package io.tagweir.inference;

import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for the workers of one class, the most urgent first.
 *
 * <p>Clients add to a lock-free queue and signal. A worker takes a lock that only workers of its class share, moves new
 * entries into a priority queue, and polls that. So a client never waits for a worker that was descheduled while it
 * held a lock, nor does one class of workers for the other.
 *
 * <p><b>No request waits while all workers sleep.</b> A permit of the semaphore stands for no particular request: it
 * means "poll again". A poll holds the lock and sees every request added before it. A worker sleeps only after a poll
 * that found nothing, and only while there is no permit. So a request that waits while a worker sleeps was added after
 * that worker's last poll. Its client has then released a permit, or seen one that nobody had taken yet: either way a
 * worker takes a permit after the request was added, and polls. It finds the request, or another worker has it, or it
 * takes as many more urgent ones as it may and signals again for the rest ({@link #wakeForRest}). So signals stop only
 * when all requests have been taken. If this argument were wrong, a sleeping worker would still poll again after a
 * bounded time, because what it looks for is requests, not permits.
 *
 * <p>A request may have several entries here, and entries for both classes: whoever claims it first has it
 * ({@link Request#tryClaim}), and its other entries are skipped. Thread-safe.
 */
final class WorkerClassQueue {

    private static final long NEVER = Long.MIN_VALUE;

    /** Smallest number of entries at which those of requests that no longer wait are removed. */
    private static final int MIN_PURGE = 1_024;

    /** @param sequence orders requests of equal urgency: first come, first served */
    record Entry(Urgency urgency, long sequence, Request<?> request) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int order = urgency.compareTo(other.urgency);
            return order != 0 ? order : Long.compare(sequence, other.sequence);
        }
    }

    private final int threads;
    private final Queue<Entry> arrivals = new ConcurrentLinkedQueue<>();
    private final Semaphore signals = new Semaphore(0);
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(); // guarded by this
    private int purgeAt = MIN_PURGE; // guarded by this
    private volatile long neglectedSince = NEVER;

    /** @param threads workers of the class: as many may be woken at once */
    WorkerClassQueue(int threads) {
        this.threads = threads;
    }

    /** Never waits for a worker. */
    void add(Entry entry) {
        arrivals.add(entry);
        signal();
    }

    private void signal() {
        if (signals.availablePermits() < threads) {
            signals.release();
        }
    }

    /** Sleeps until the next signal, at most for so long. The caller polls next. */
    void sleep(long nanos) throws InterruptedException {
        boolean ignored = signals.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    /** Claims the most urgent request if it is eligible; null if it is not, or there is none. */
    synchronized @Nullable Request<?> poll(Predicate<Urgency> eligible) {
        moveArrivals();
        var first = entries.peek();
        while (first != null) {
            var request = first.request();
            if (request.isWaiting() && !eligible.test(first.urgency())) {
                return null;
            }
            entries.remove();
            if (request.tryClaim()) {
                return request;
            }
            first = entries.peek();
        }
        return null;
    }

    /** A worker calls this before it runs what it has taken, so that another worker polls for the rest. */
    synchronized void wakeForRest() {
        moveArrivals();
        if (!entries.isEmpty()) {
            signal();
        }
    }

    private void moveArrivals() {
        for (var arrived = arrivals.poll(); arrived != null; arrived = arrivals.poll()) {
            entries.add(arrived);
        }
        if (entries.size() >= purgeAt) {
            entries.removeIf(entry -> !entry.request().isWaiting());
            purgeAt = Math.max(MIN_PURGE, 2 * entries.size());
        }
    }

    /**
     * Records a poll at this time.
     *
     * @param neglected whether it found nothing although requests wait
     */
    void polled(boolean neglected, long now) {
        if (!neglected) {
            neglectedSince = NEVER;
        } else if (neglectedSince == NEVER) {
            neglectedSince = now;
        }
    }

    /** Nanoseconds for which requests have waited although a worker polled; zero in health. */
    long neglected(long now) {
        long since = neglectedSince;
        return since == NEVER ? 0 : Math.max(0, now - since);
    }
}
