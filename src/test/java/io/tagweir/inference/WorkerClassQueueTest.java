package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.inference.WorkerClassQueue.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkerClassQueueTest {

    private static final int THREADS = 3;
    private static final int ROUNDS = 30_000;

    private final WorkerClassQueue queue = new WorkerClassQueue(THREADS);

    @Test
    void mostUrgentIsTakenFirstAndOfThoseTheFirstThatCame() {
        var background = request(Priority.BACKGROUND);
        var first = request(Priority.STANDARD);
        var second = request(Priority.STANDARD);
        int number = 0;
        for (var request : List.of(background, first, second)) {
            queue.add(new Entry(request.urgency(), number++, request));
        }
        assertThat(queue.poll(Urgency::isInteractive)).isNull();
        assertThat(queue.poll(urgency -> true)).isSameAs(first);
        assertThat(queue.poll(urgency -> true)).isSameAs(second);
        assertThat(queue.poll(urgency -> true)).isSameAs(background);
        assertThat(queue.poll(urgency -> true)).isNull();
    }

    /** Those behind it are seen, though it lay before them and did not fit. */
    @Test
    void requestThatWasCalledOffIsPassedOver() {
        var calledOff = request(Priority.INTERACTIVE);
        var waits = request(Priority.STANDARD);
        queue.add(new Entry(calledOff.urgency(), 0, calledOff));
        queue.add(new Entry(waits.urgency(), 1, waits));
        assertThat(calledOff.tryCancel()).isTrue();
        assertThat(queue.poll(urgency -> !urgency.isInteractive())).isSameAs(waits);
    }

    /** As one does that waits for company: a request that is to be run alone is another thread's. */
    @Test
    @Timeout(60)
    void threadThatHasHeardOfARequestAndLeavesItWakesAnother() throws InterruptedException {
        var left = request(Priority.STANDARD);
        queue.add(new Entry(left.urgency(), 0, left));
        queue.sleep(Long.MAX_VALUE);
        assertThat(queue.poll(Urgency::isInteractive)).isNull();
        queue.wakeForRest();
        queue.sleep(Long.MAX_VALUE);
        assertThat(queue.poll(urgency -> true)).isSameAs(left);
    }

    /** Threads that take one request at a time and sleep until they are woken: no bounded wait helps out. */
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
                var request = request(Priority.STANDARD);
                queue.add(new Entry(request.urgency(), added++, request));
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
                var request = queue.poll(urgency -> true);
                if (request == null) {
                    queue.sleep(Long.MAX_VALUE);
                } else {
                    taken.incrementAndGet();
                    queue.wakeForRest();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request<String> request(Priority priority) {
        return new Request<>(
                "a",
                new RequestKey("test@1", "a"),
                0,
                Urgency.of(priority, Urgency.NO_DEADLINE),
                new InferenceClient<>(null));
    }
}
