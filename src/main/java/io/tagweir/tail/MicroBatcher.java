package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.student.Encoded;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run the students of a {@link Roster}, shared by all tasks of the process, and the queue before them.
 *
 * <p>The most urgent goes first. Work-conserving: a free thread takes whatever waits, up to its share, at once; so a
 * lone query is not delayed and batches grow with the load. What was taken is cut by {@link Batches} into runs of like
 * length, because a run costs as much as its longest query. Where a run fails its queries are halved until the one that
 * spoils it stands alone.
 *
 * <p>Texts come in and answers go out through an {@link Inbox}, one for each task. The stream thread only ever offers
 * and polls; it never waits here.
 */
final class MicroBatcher implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** How long a thread sleeps before it looks whether a student that tickets wait for was loaded meanwhile. */
    private static final long LOOK_MS = 50;

    /** @param number tells those of the same urgency apart: first come, first served */
    private record Place(Urgency urgency, long number, Ticket ticket) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int order = urgency.compareTo(other.urgency);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private static final long NEVER = -1;

    private final Roster roster;
    private final BatchSettings settings;
    private final Meters meters;
    private final ServiceRate rate;
    private final PriorityBlockingQueue<Place> queue = new PriorityBlockingQueue<>();
    private final ConcurrentLinkedQueue<Ticket> withoutStudent = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicIntegerArray waiting = new AtomicIntegerArray(Urgency.RANKS);
    private final List<Thread> threads = new ArrayList<>();
    private volatile long rosterSeen = NEVER;
    private volatile @Nullable Throwable broken;
    private volatile boolean closed;

    MicroBatcher(String name, Roster roster, BatchSettings settings, Meters meters) {
        this.roster = roster;
        this.settings = settings;
        this.meters = meters;
        this.rate = new ServiceRate(settings.threads());
        for (int i = 0; i < settings.threads(); i++) {
            var thread = new Thread(this::work, name + '-' + i);
            thread.setDaemon(true);
            // Where the JVM was told to honour priorities (the launcher does), a busy student leaves the cores to the
            // stream thread and to Kafka's.
            thread.setPriority(Thread.MIN_PRIORITY);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    Inbox open() {
        return new Inbox(this);
    }

    /** Throws where a thread of the student has died: nothing would ever be answered again. */
    void check() {
        var cause = broken;
        if (cause != null) {
            throw new IllegalStateException("the student's thread has died: " + cause, cause);
        }
    }

    /** How long a text of this rank that is offered now would wait for its run to end, by Little's law. */
    Duration expectedWait(int rank) {
        int ahead = 1;
        for (int before = 0; before <= rank; before++) {
            ahead += waiting.get(before);
        }
        return rate.timeFor(ahead);
    }

    /** Texts of this rank that wait for a thread. */
    int waiting(int rank) {
        return waiting.get(rank);
    }

    /** Queries a second that the threads get through while they are busy; NaN before anything was run. */
    double ratePerSecond() {
        return rate.perSecond();
    }

    void enqueue(Ticket ticket) {
        waiting.incrementAndGet(ticket.urgency().rank());
        place(ticket);
    }

    private void place(Ticket ticket) {
        queue.add(new Place(ticket.urgency(), numbers.getAndIncrement(), ticket));
    }

    /** Gives a ticket a better place; its old one is passed over when its turn comes. */
    void hasten(Ticket ticket, Urgency urgency) {
        boolean hastened = ticket.tryHasten(urgency, before -> {
            waiting.incrementAndGet(urgency.rank());
            waiting.decrementAndGet(before.rank());
        });
        if (hastened) {
            place(ticket);
        }
    }

    void forget(Ticket ticket) {
        waiting.decrementAndGet(ticket.urgency().rank());
    }

    /** Stops after the run in hand, and waits for that a little. What still waits stays in the ledgers. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (var thread : threads) {
                thread.join(STOP_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (!closed) {
                byStudent(take()).forEach(this::run);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            if (!closed) {
                broken = stop;
            }
        } catch (Throwable error) {
            // An error here is not a query's fault (out of memory, a missing native symbol). The stream threads see
            // it in check() and stop the application; everything pending is in the ledger.
            broken = error;
            throw error;
        }
    }

    /** At least one ticket, claimed. */
    private List<Ticket> take() throws InterruptedException {
        var taken = new ArrayList<Ticket>();
        while (taken.isEmpty()) {
            awaitStudents();
            claim(queue.poll(LOOK_MS, TimeUnit.MILLISECONDS), taken);
        }
        if (!settings.linger().isZero()) {
            long until = System.nanoTime() + settings.linger().toNanos();
            while (taken.size() < settings.maxQueries()) {
                var next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return taken;
                }
                claim(next, taken);
            }
        }
        // Each thread leaves the others their share, or one would run what two could.
        int share = (queue.size() + taken.size() + settings.threads() - 1) / settings.threads();
        int size = Math.min(settings.window(), Math.max(share, settings.maxQueries()));
        for (var next = queue.peek(); next != null && taken.size() < size; next = queue.peek()) {
            claim(queue.poll(), taken);
        }
        return taken;
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

    private static Map<String, List<Ticket>> byStudent(List<Ticket> tickets) {
        var grouped = new LinkedHashMap<String, List<Ticket>>();
        tickets.forEach(ticket -> grouped.computeIfAbsent(ticket.student(), student -> new ArrayList<>())
                .add(ticket));
        return grouped;
    }

    /** Tickets whose student is not loaded go back once the roster has changed: another may be theirs by now. */
    private void awaitStudents() {
        long version = roster.version();
        if (version != rosterSeen) {
            rosterSeen = version;
            for (var ticket = withoutStudent.poll(); ticket != null; ticket = withoutStudent.poll()) {
                ticket.inbox().deliver(Outcome.moved(ticket));
            }
        }
    }

    private void run(String id, List<Ticket> tickets) {
        long version = roster.version();
        var lease = roster.lease(id);
        if (lease.isEmpty()) {
            withoutStudent.addAll(tickets);
            if (roster.version() != version) {
                rosterSeen = NEVER; // What has just come would be overlooked by who has seen that change already.
            }
            return;
        }
        try (var held = lease.get()) {
            var student = held.student();
            for (var batch : Batches.cut(encode(student, tickets), settings)) {
                if (closed) {
                    return;
                }
                run(student, batch);
            }
        }
    }

    /**
     * @param ticket claimed
     * @param encoded its text, in the terms of the student that is to run it
     */
    record Piece(Ticket ticket, Encoded encoded) {}

    private List<Piece> encode(Student student, List<Ticket> tickets) {
        var pieces = new ArrayList<Piece>(tickets.size());
        for (var ticket : tickets) {
            try {
                pieces.add(new Piece(ticket, student.encode(ticket.canonical())));
            } catch (RuntimeException failure) {
                fail(ticket, failure);
            }
        }
        return pieces;
    }

    private void run(Student student, List<Piece> batch) {
        long start = System.nanoTime();
        List<Tagging> answers;
        try {
            answers = student.run(batch.stream().map(Piece::encoded).toList());
        } catch (RuntimeException failure) {
            if (batch.size() == 1) {
                fail(batch.get(0).ticket(), failure);
            } else {
                int middle = batch.size() / 2;
                run(student, batch.subList(0, middle));
                run(student, batch.subList(middle, batch.size()));
            }
            return;
        }
        long nanos = System.nanoTime() - start;
        rate.ran(batch.size(), nanos);
        meters.studentRun(batch.size(), Duration.ofNanos(nanos));
        for (int i = 0; i < batch.size(); i++) {
            var ticket = batch.get(i).ticket();
            ticket.inbox().deliver(new Outcome(ticket, answers.get(i), null));
        }
    }

    private void fail(Ticket ticket, RuntimeException failure) {
        meters.studentFailure();
        String message = failure.getMessage();
        ticket.inbox()
                .deliver(new Outcome(
                        ticket,
                        null,
                        "the student failed: "
                                + (message == null ? failure.getClass().getSimpleName() : message)));
    }
}
