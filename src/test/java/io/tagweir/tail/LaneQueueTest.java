package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.tail.LaneQueue.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LaneQueueTest {

    private static final int THREADS = 3;
    private static final int ROUNDS = 30_000;

    private final LaneQueue queue = new LaneQueue(THREADS);

    @Test
    void mostUrgentIsTakenFirstAndOfThoseTheFirstThatCame() {
        var background = ticket(Priority.BACKGROUND);
        var first = ticket(Priority.STANDARD);
        var second = ticket(Priority.STANDARD);
        int number = 0;
        for (var ticket : new Ticket[] {background, first, second}) {
            queue.add(new Place(ticket.urgency(), number++, ticket));
        }
        assertThat(queue.poll(Urgency::isInteractive)).isNull();
        assertThat(queue.poll(urgency -> true)).isSameAs(first);
        assertThat(queue.poll(urgency -> true)).isSameAs(second);
        assertThat(queue.poll(urgency -> true)).isSameAs(background);
        assertThat(queue.poll(urgency -> true)).isNull();
    }

    /** Those behind it are seen, though it lay before them and did not fit. */
    @Test
    void ticketThatWasCalledOffIsPassedOver() {
        var calledOff = ticket(Priority.INTERACTIVE);
        var waits = ticket(Priority.STANDARD);
        queue.add(new Place(calledOff.urgency(), 0, calledOff));
        queue.add(new Place(waits.urgency(), 1, waits));
        assertThat(calledOff.tryCancel()).isTrue();
        assertThat(queue.poll(urgency -> !urgency.isInteractive())).isSameAs(waits);
    }

    /** As one does that waits for company: a ticket that is to be run alone is another thread's. */
    @Test
    @Timeout(60)
    void threadThatHasHeardOfATicketAndLeavesItWakesAnother() throws InterruptedException {
        var left = ticket(Priority.STANDARD);
        queue.add(new Place(left.urgency(), 0, left));
        queue.sleep(Long.MAX_VALUE);
        assertThat(queue.poll(Urgency::isInteractive)).isNull();
        queue.leave();
        queue.sleep(Long.MAX_VALUE);
        assertThat(queue.poll(urgency -> true)).isSameAs(left);
    }

    /** Threads that take one ticket at a time and sleep until they are woken: no bounded wait helps out. */
    @Test
    void noWakeUpIsLost() {
        var taken = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < THREADS; i++) {
            var thread = new Thread(() -> takeAndSleep(taken));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        var random = new SplittableRandom(7);
        int added = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 1 + round % 7; i > 0; i--) {
                var ticket = ticket(Priority.STANDARD);
                queue.add(new Place(ticket.urgency(), added++, ticket));
                IntStream.range(0, random.nextInt(400)).forEach(spin -> Thread.onSpinWait());
            }
            awaitTaken(taken, added, round);
        }
        threads.forEach(Thread::interrupt);
    }

    private static void awaitTaken(AtomicInteger taken, int added, int round) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (taken.get() < added) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError((added - taken.get()) + " left behind in round " + round);
            }
            Thread.onSpinWait();
        }
    }

    private void takeAndSleep(AtomicInteger taken) {
        try {
            while (true) {
                var ticket = queue.poll(urgency -> true);
                if (ticket == null) {
                    queue.sleep(Long.MAX_VALUE);
                } else {
                    taken.incrementAndGet();
                    queue.leave();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static Ticket ticket(Priority priority) {
        var flight = new Flight("a", "test@1", "a", new Budget(0, Budget.NEVER));
        return new Ticket(flight, "test@1", 0, Urgency.of(priority, Budget.NEVER), new Inbox(null));
    }
}
