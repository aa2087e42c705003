package io.tagweir.inference;

import io.tagweir.inference.WorkerClassQueue.Entry;
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
 * The requests that wait for a worker, the most urgent first, and those whose student is not loaded. Thread-safe;
 * clients never wait here for a worker.
 *
 * <p>Each {@link WorkerClass} has its {@link WorkerClassQueue}. An INTERACTIVE request is in both, and the first worker
 * to claim it gets it. A request of the lowest rank is taken alone: it makes no other run longer, and a request that
 * comes while it runs waits for a run of one at most. A request that becomes more urgent gets a second entry.
 *
 * <p>A request whose student is not loaded is parked until the routing has changed <em>since its student was
 * chosen</em>: then the client chooses again. The routing may have changed long before the request was parked, so each
 * request carries the version it was routed by.
 */
final class RequestQueue {

    private static final long NEVER = -1;

    /** Longest sleep of a worker. After it, the worker looks for requests and for a change of the routing anyway. */
    private static final Duration MAX_SLEEP = Duration.ofMillis(50);

    private static final Predicate<Urgency> AWAITED = Urgency::isAwaited;

    private final LongSupplier routingVersion;
    private final BatchSettings settings;
    private final LongSupplier nanos;
    private final WorkerClassQueue all;
    private final @Nullable WorkerClassQueue interactive;
    private final Queue<Request<?>> parked = new ConcurrentLinkedQueue<>();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicIntegerArray waiting = new AtomicIntegerArray(Urgency.RANKS);
    private volatile long versionSeen = NEVER;

    RequestQueue(LongSupplier routingVersion, BatchSettings settings, LongSupplier nanos) {
        this.routingVersion = routingVersion;
        this.settings = settings;
        this.nanos = nanos;
        this.all = new WorkerClassQueue(settings.threads());
        this.interactive =
                settings.interactiveThreads() == 0 ? null : new WorkerClassQueue(settings.interactiveThreads());
    }

    void add(Request<?> request) {
        var urgency = request.urgency();
        waiting.incrementAndGet(urgency.rank());
        addEntry(request, urgency);
    }

    private void addEntry(Request<?> request, Urgency urgency) {
        var entry = new Entry(urgency, sequence.getAndIncrement(), request);
        all.add(entry);
        if (interactive != null && urgency.isInteractive()) {
            interactive.add(entry);
        }
    }

    /** Makes a request more urgent if it still waits. */
    void raise(Request<?> request, Urgency urgency) {
        var before = request.urgency();
        waiting.incrementAndGet(urgency.rank()); // First, so that no count ever drops below zero.
        boolean raised = request.tryRaise(urgency);
        waiting.decrementAndGet((raised ? before : urgency).rank());
        if (raised) {
            addEntry(request, urgency);
        }
    }

    /** Counts a request out that was cancelled. */
    void cancelled(Request<?> request) {
        waiting.decrementAndGet(request.urgency().rank());
    }

    /** Requests of this rank that wait. */
    int waiting(int rank) {
        return waiting.get(rank);
    }

    /** Requests of this rank and of more urgent ranks that wait. */
    int ahead(int rank) {
        int ahead = 0;
        for (int before = 0; before <= rank; before++) {
            ahead += waiting.get(before);
        }
        return ahead;
    }

    /** How long requests have waited, for a worker or for their student, while a worker was idle; zero in health. */
    Duration neglected() {
        long now = nanos.getAsLong();
        return Duration.ofNanos(Math.max(all.neglected(now), interactive == null ? 0 : interactive.neglected(now)));
    }

    /** Parks claimed requests whose student is not loaded. */
    void park(List<Request<?>> requests) {
        parked.addAll(requests);
        versionSeen = NEVER; // After they were added: the next worker to set it sees them.
    }

    /** Waits for at least one request; all returned are claimed. */
    List<Request<?>> take(WorkerClass workerClass) throws InterruptedException {
        var queue = workerClass == WorkerClass.ALL || interactive == null ? all : interactive;
        var taken = new ArrayList<Request<?>>();
        unpark();
        while (!claim(queue, urgency -> true, taken)) {
            queue.polled(isAnyWaiting(workerClass), nanos.getAsLong());
            queue.sleep(MAX_SLEEP.toNanos());
            unpark();
        }
        queue.polled(false, 0);
        if (taken.get(0).urgency().isAwaited()) {
            fill(queue, taken);
        }
        queue.wakeForRest();
        return taken;
    }

    private boolean isAnyWaiting(WorkerClass workerClass) {
        return ahead(workerClass == WorkerClass.ALL ? Urgency.LOWEST_RANK : 0) > 0
                || parked.stream().anyMatch(request -> request.client().isOpen());
    }

    private void fill(WorkerClassQueue queue, List<Request<?>> taken) throws InterruptedException {
        long until = System.nanoTime() + settings.linger().toNanos();
        for (long left = settings.linger().toNanos();
                left > 0 && taken.size() < settings.maxQueries();
                left = until - System.nanoTime()) {
            if (!claim(queue, AWAITED, taken)) {
                queue.sleep(left);
            }
        }
        // Each worker leaves the others their share, or one would run what two could.
        int share = (ahead(Urgency.LOWEST_RANK - 1) + taken.size() + settings.threads() - 1) / settings.threads();
        int size = Math.min(settings.window(), Math.max(share, settings.maxQueries()));
        while (taken.size() < size && claim(queue, AWAITED, taken)) {
            // until the share is taken, or nothing waits
        }
    }

    /** Adds the most urgent request if it is eligible; false if there is none. Those of closed clients are dropped. */
    private boolean claim(WorkerClassQueue queue, Predicate<Urgency> eligible, List<Request<?>> taken) {
        for (var request = queue.poll(eligible); request != null; request = queue.poll(eligible)) {
            waiting.decrementAndGet(request.urgency().rank());
            if (request.client().isOpen()) {
                taken.add(request);
                return true;
            }
        }
        return false;
    }

    /** Returns parked requests to their clients if the routing has changed since they were routed. */
    private void unpark() {
        long version = routingVersion.getAsLong();
        if (version != versionSeen) {
            versionSeen = version; // First: parking meanwhile resets it, and the next worker looks again.
            parked.removeIf(request -> !request.client().isOpen() || isReturned(request, version));
        }
    }

    private static boolean isReturned(Request<?> request, long version) {
        boolean changed = request.routingVersion() != version;
        if (changed) {
            request.routeAgain();
        }
        return changed;
    }
}
