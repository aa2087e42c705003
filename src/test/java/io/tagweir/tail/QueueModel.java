package io.tagweir.tail;

import io.tagweir.avro.Priority;
import io.tagweir.roster.Roster;
import io.tagweir.tail.LaneQueue.Place;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;

/**
 * Small scenarios of the student's queue, each run in many interleavings by a model checker, which also finds threads
 * that sleep for ever. A process of its own, as the checker rewrites the classes of the JDK it runs in. Started by
 * {@link QueueModelIT}.
 */
final class QueueModel {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Budget.NEVER);
    private static final Urgency INTERACTIVE = Urgency.of(Priority.INTERACTIVE, Budget.NEVER);

    // Made here, as the checker stumbles over the regular expressions in it.
    private static final BatchSettings SETTINGS = TailSettings.with(
                    Map.of("tail.threads", 1, "tail.interactive.threads", 1))
            .batch();
    private static final Roster ROSTER = Roster.of(new FaultyStudent(new FaultyStudent.Script()));

    private QueueModel() {}

    /** @param args name of a scenario, and how many interleavings are tried */
    public static void main(String[] args) {
        var scenario = Map.<String, Runnable>of("wake-ups", QueueModel::wakeUps, "claims", QueueModel::claims)
                .get(args[0]);
        Lincheck.runConcurrentTest(Integer.parseInt(args[1]), scenario);
    }

    /** Two threads sleep until they have a ticket each, without the bounded wait; two tickets come. */
    private static void wakeUps() {
        var queue = new LaneQueue(2);
        var taken = new AtomicInteger();
        var threads = List.of(taker(queue, taken), taker(queue, taken));
        threads.forEach(Thread::start);
        for (int number = 0; number < 2; number++) {
            queue.add(new Place(STANDARD, number, ticket()));
        }
        threads.forEach(QueueModel::join);
        require(taken.get() == 2, "taken: " + taken);
    }

    private static Thread taker(LaneQueue queue, AtomicInteger taken) {
        return new Thread(() -> {
            try {
                while (queue.poll(urgency -> true) == null) {
                    queue.sleep(Long.MAX_VALUE);
                }
                taken.incrementAndGet();
                queue.leave();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A ticket comes, is hastened and called off, while a thread takes; where it was called off another comes. */
    private static void claims() {
        var queue = new TicketQueue(ROSTER, SETTINGS, () -> 0);
        var taken = new AtomicInteger();
        var thread = new Thread(() -> {
            try {
                taken.addAndGet(queue.take(Lane.ALL).size());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        var first = ticket();
        queue.add(first);
        queue.hasten(first, INTERACTIVE);
        if (first.tryCancel()) {
            queue.forget(first);
            queue.add(ticket());
        }
        join(thread);
        require(taken.get() == 1, "taken: " + taken);
        require(queue.ahead(Urgency.NOBODY_WAITS) == 0, "waiting: " + queue.ahead(Urgency.NOBODY_WAITS));
    }

    private static Ticket ticket() {
        var flight = new Flight("a", "test@1", "a", new Budget(0, Budget.NEVER));
        return new Ticket(flight, "test@1", 0, STANDARD, new Inbox(null));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(otherwise);
        }
    }
}
