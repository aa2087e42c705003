package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.Meters;
import io.tagweir.tag.Span;
import io.tagweir.tail.TailSettings;
import io.tagweir.testing.TextStudent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever was done with what it was offered, the student leaves nothing behind when it is quiet again. */
class LeftBehindTest {

    private static final String LOADED = "test@1";
    private static final String NOT_LOADED = "other@1";
    private static final int STREAM_THREADS = 2;
    private static final int ROUNDS = 2_000;

    private final AtomicLong routingVersion = new AtomicLong();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final TextStudent student = new TextStudent() {
        @Override
        public String id() {
            return LOADED;
        }

        @Override
        protected List<List<Span>> answer(List<String> queries) {
            if (queries.contains("hold")) {
                awaitGate();
            }
            return queries.stream().map(query -> List.<Span>of()).toList();
        }
    };

    /**
     * Two stream threads. Each submits texts of every priority, raises some, cancels some, and sends some to a student
     * that is not loaded. Then it waits until all are answered, and checks that nothing is left.
     */
    @ParameterizedTest
    @CsvSource({"2, 1, 0", "2, 1, 1", "8, 4, 0", "1, 0, 0"})
    void nothingIsLeftOnceAllAreAnswered(int threads, int interactiveThreads, int lingerMs) throws Exception {
        int rounds = lingerMs == 0 ? ROUNDS : ROUNDS / 20;
        var pool = Executors.newFixedThreadPool(STREAM_THREADS);
        try (var batcher = start(settings(threads, 4)
                .withInteractiveThreads(interactiveThreads)
                .withLinger(Duration.ofMillis(lingerMs)))) {
            var tasks = new ArrayList<Task>();
            for (int seed = 0; seed < STREAM_THREADS; seed++) {
                tasks.add(new Task(batcher, rounds, new SplittableRandom(seed)));
            }
            for (var done : tasks.stream().map(task -> pool.submit(task::run)).toList()) {
                done.get();
            }
            until(() -> batcher.neglected().isZero());
            for (int rank = 0; rank < Urgency.RANKS; rank++) {
                assertThat(batcher.waiting(rank)).as("waiting of rank " + rank).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /**
     * The roster changes while a text waits behind a run, so its student is not loaded any more when its turn comes,
     * and nothing changes after that:
     *
     * <pre>
     *   offered, of another ── roster changes ── seen by idle threads ── taken: not loaded ── handed back
     * </pre>
     */
    @Test
    void textWhoseStudentWentWhileItWaitedIsHandedBackThoughTheRosterChangesNoMore() {
        try (var batcher = start(settings(1, 4).withInteractiveThreads(0))) {
            InferenceClient<String> client = batcher.newClient();
            submit(client, "hold", LOADED, standard());
            until(() -> batcher.waiting(standard().rank()) == 0);
            submit(client, "a", NOT_LOADED, standard());
            submit(client, "b", LOADED, Urgency.of(Priority.INTERACTIVE, Urgency.NO_DEADLINE));
            changeRouting();
            gate.countDown();
            var handedBack = new ArrayList<String>();
            until(() -> {
                for (var result = client.poll(); result != null; result = client.poll()) {
                    if (result.mustRouteAgain()) {
                        handedBack.add(result.request().text());
                    }
                }
                return client.isIdle();
            });
            assertThat(handedBack).containsExactly("a");
        }
    }

    @Test
    void meterTellsForHowLongTextsHaveWaitedForAStudentThatIsNotLoaded() {
        try (var batcher = start(settings(1, 4).withInteractiveThreads(0))) {
            InferenceClient<String> client = batcher.newClient();
            submit(client, "a", LOADED, standard());
            until(() -> client.poll() != null);
            assertThat(batcher.neglected()).isZero();
            submit(client, "b", NOT_LOADED, standard());
            until(() -> batcher.neglected().compareTo(Duration.ofMillis(100)) > 0);
            changeRouting();
            until(() -> client.poll() != null);
            until(() -> batcher.neglected().isZero());
        }
    }

    /** One task of the tail, with the stream thread it is owned by. */
    private final class Task {

        private final InferenceClient<String> client;
        private final int rounds;
        private final SplittableRandom random;

        Task(MicroBatcher batcher, int rounds, SplittableRandom random) {
            this.client = batcher.newClient();
            this.rounds = rounds;
            this.random = random;
        }

        void run() {
            for (int round = 0; round < rounds; round++) {
                var requests = new ArrayList<Request<String>>();
                for (int i = 1 + random.nextInt(7); i > 0; i--) {
                    requests.add(offer(random.nextInt(64) == 0 ? NOT_LOADED : LOADED));
                    spin();
                    var some = requests.get(random.nextInt(requests.size()));
                    switch (random.nextInt(4)) {
                        case 0 -> client.raise(some, urgency());
                        case 1 -> client.tryCancel(some);
                        default -> spin();
                    }
                }
                if (requests.stream().anyMatch(request -> request.student().equals(NOT_LOADED))) {
                    changeRouting(); // By now it is parked, taken, or waits.
                }
                int now = round;
                until(
                        () -> {
                            collect();
                            return client.isIdle();
                        },
                        () -> "round " + now + ", what is left: "
                                + requests.stream().filter(Request::isWaiting).count());
            }
        }

        private Request<String> offer(String student) {
            return submit(client, "text", student, urgency());
        }

        private void collect() {
            for (var result = client.poll(); result != null; result = client.poll()) {
                if (result.mustRouteAgain()) {
                    offer(LOADED);
                } else {
                    assertThat(result.failure()).isNull();
                }
            }
        }

        private Urgency urgency() {
            int rank = random.nextInt(Urgency.RANKS);
            return rank == Urgency.LOWEST_RANK
                    ? Urgency.lowest()
                    : Urgency.of(
                            Priority.values()[rank],
                            random.nextBoolean() ? Urgency.NO_DEADLINE : random.nextInt(1_000));
        }

        private void spin() {
            for (int i = random.nextInt(400); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }

    private void changeRouting() {
        routingVersion.incrementAndGet();
    }

    private static BatchSettings settings(int threads, int maxQueries) {
        return TailSettings.with(Map.of("tail.threads", threads, "tail.sub.batch.queries", maxQueries))
                .batch();
    }

    private MicroBatcher start(BatchSettings settings) {
        return new MicroBatcher(
                "student",
                LoadedStudents.of(student),
                routingVersion::get,
                settings,
                null,
                FaultyStudent.UNGUARDED,
                new Meters(new SimpleMeterRegistry()));
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Request<String> submit(InferenceClient<String> client, String text, String student, Urgency urgency) {
        return client.submit(text, new RequestKey(student, text), routingVersion.get(), urgency);
    }

    private static Urgency standard() {
        return Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE);
    }

    private static void until(BooleanSupplier condition) {
        until(condition, () -> "it did not come about");
    }

    private static void until(BooleanSupplier condition, Supplier<String> what) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after 20 s: " + what.get());
            }
            Thread.onSpinWait();
        }
    }
}
