package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Priority;
import io.tagweir.tail.TailSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestQueueTest {

    private static final int ROUNDS = 150_000;

    private final BatchSettings settings =
            TailSettings.with(Map.of("tail.threads", 2)).batch();
    private final RequestQueue queue = new RequestQueue(() -> 0, settings, System::nanoTime);
    private final InferenceClient<String> client = new InferenceClient<>(null);
    private final AtomicInteger taken = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.forEach(Thread::interrupt);
    }

    /** Some requests are raised and some cancelled while three threads take; then none may be left. */
    @Test
    void noRequestIsLeftBehind() {
        Stream.of(WorkerClass.ALL, WorkerClass.ALL, WorkerClass.INTERACTIVE).forEach(this::start);
        var random = new SplittableRandom(7);
        int expected = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Request<String> last = null;
            for (int i = 1 + round % 7; i > 0; i--) {
                var request = request(urgency(random));
                queue.add(request);
                expected++;
                spin(random.nextInt(400));
                if (last != null && random.nextInt(4) == 0) {
                    queue.raise(last, urgency(random));
                } else if (last != null && random.nextInt(4) == 0 && last.tryCancel()) {
                    queue.cancelled(last);
                    expected--;
                }
                last = request;
            }
            awaitTaken(expected, round);
        }
        for (int rank = 0; rank < Urgency.RANKS; rank++) {
            assertThat(queue.waiting(rank)).as("waiting of rank " + rank).isZero();
        }
    }

    private void awaitTaken(int expected, int round) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (taken.get() < expected) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError((expected - taken.get()) + " left in round " + round);
            }
            Thread.onSpinWait();
        }
        assertThat(taken.get()).as("taken twice").isEqualTo(expected);
    }

    private void start(WorkerClass workerClass) {
        var thread = new Thread(() -> {
            try {
                while (true) {
                    taken.addAndGet(queue.take(workerClass).size());
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private Request<String> request(Urgency urgency) {
        return new Request<>("a", new RequestKey("test@1", "a"), 0, urgency, client);
    }

    private static Urgency urgency(SplittableRandom random) {
        int rank = random.nextInt(Urgency.RANKS);
        return rank == Urgency.LOWEST_RANK
                ? Urgency.lowest()
                : Urgency.of(Priority.values()[rank], random.nextInt(1_000));
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
