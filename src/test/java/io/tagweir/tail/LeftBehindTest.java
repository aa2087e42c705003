package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.student.TextStudent;
import io.tagweir.tag.Span;
import io.tagweir.wire.WireSerdes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever was done with what it was offered, the student leaves nothing behind when it is quiet again. */
class LeftBehindTest {

    private static final String LOADED = "test@1";
    private static final String NOT_LOADED = "other@1";
    private static final int STREAM_THREADS = 2;
    private static final int ROUNDS = 2_000;

    private final StudentCatalog students = new StudentCatalog(LOADED);
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
    private final Roster roster = new Roster(students, student, Duration.ZERO, InstantSource.fixed(Instant.EPOCH));

    private int staged;

    @BeforeAll
    static void trust() {
        WireSerdes.trustRecords();
    }

    /**
     * Two stream threads, each of which offers a few texts of every priority, hastens some, calls some off, has some
     * asked of a student that is not loaded; then waits until it is quiet, and looks what is left.
     */
    @ParameterizedTest
    @CsvSource({"2, 1, 0", "2, 1, 1", "8, 4, 0", "1, 0, 0"})
    void nothingIsLeftWhenItIsQuietAgain(int threads, int interactiveThreads, int lingerMs) throws Exception {
        int rounds = lingerMs == 0 ? ROUNDS : ROUNDS / 20;
        var pool = Executors.newFixedThreadPool(STREAM_THREADS);
        try (var batcher = start(Map.of(
                "tail.threads",
                threads,
                "tail.interactive.threads",
                interactiveThreads,
                "tail.linger.ms",
                lingerMs,
                "tail.sub.batch.queries",
                4))) {
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
        try (var batcher = start(Map.of("tail.threads", 1, "tail.interactive.threads", 0))) {
            var inbox = batcher.open();
            inbox.offer(flight("hold"), LOADED, roster.version(), standard());
            until(() -> batcher.waiting(standard().rank()) == 0);
            inbox.offer(flight("a"), NOT_LOADED, roster.version(), standard());
            inbox.offer(flight("b"), LOADED, roster.version(), Urgency.of(Priority.INTERACTIVE, Budget.NEVER));
            changeRoster();
            gate.countDown();
            var handedBack = new ArrayList<String>();
            until(() -> {
                for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
                    if (outcome.isMoved()) {
                        handedBack.add(outcome.ticket().canonical());
                    }
                }
                return inbox.isIdle();
            });
            assertThat(handedBack).containsExactly("a");
        }
    }

    @Test
    void meterTellsForHowLongTextsHaveWaitedForAStudentThatIsNotLoaded() {
        try (var batcher = start(Map.of("tail.threads", 1, "tail.interactive.threads", 0))) {
            var inbox = batcher.open();
            inbox.offer(flight("a"), LOADED, roster.version(), standard());
            until(() -> inbox.poll() != null);
            assertThat(batcher.neglected()).isZero();
            inbox.offer(flight("b"), NOT_LOADED, roster.version(), standard());
            until(() -> batcher.neglected().compareTo(Duration.ofMillis(100)) > 0);
            changeRoster();
            until(() -> inbox.poll() != null);
            until(() -> batcher.neglected().isZero());
        }
    }

    /** One task of the tail, with the stream thread it is owned by. */
    private final class Task {

        private final Inbox inbox;
        private final int rounds;
        private final SplittableRandom random;

        Task(MicroBatcher batcher, int rounds, SplittableRandom random) {
            this.inbox = batcher.open();
            this.rounds = rounds;
            this.random = random;
        }

        void run() {
            for (int round = 0; round < rounds; round++) {
                var tickets = new ArrayList<Ticket>();
                for (int i = 1 + random.nextInt(7); i > 0; i--) {
                    tickets.add(offer(random.nextInt(64) == 0 ? NOT_LOADED : LOADED));
                    spin();
                    var some = tickets.get(random.nextInt(tickets.size()));
                    switch (random.nextInt(4)) {
                        case 0 -> inbox.hasten(some, urgency());
                        case 1 -> inbox.tryCancel(some);
                        default -> spin();
                    }
                }
                if (tickets.stream().anyMatch(ticket -> ticket.student().equals(NOT_LOADED))) {
                    changeRoster(); // By now it is parked, taken, or waits.
                }
                int now = round;
                until(
                        () -> {
                            collect();
                            return inbox.isIdle();
                        },
                        () -> "round " + now + ", what is left: "
                                + tickets.stream().filter(Ticket::isWaiting).count());
            }
        }

        private Ticket offer(String student) {
            return inbox.offer(flight("text"), student, roster.version(), urgency());
        }

        private void collect() {
            for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
                if (outcome.isMoved()) {
                    offer(LOADED);
                } else {
                    assertThat(outcome.failure()).isNull();
                }
            }
        }

        private Urgency urgency() {
            int rank = random.nextInt(Urgency.RANKS);
            return rank == Urgency.NOBODY_WAITS
                    ? Urgency.none()
                    : Urgency.of(Priority.values()[rank], random.nextBoolean() ? Budget.NEVER : random.nextInt(1_000));
        }

        private void spin() {
            for (int i = random.nextInt(400); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }

    /** Stages a student anew, which is nothing to those that are loaded. */
    private synchronized void changeRoster() {
        var release = StudentRelease.newBuilder()
                .setId("staged@1")
                .setState(StudentState.STAGED)
                .setDirectory("/models/staged")
                .setStagedAt(Instant.ofEpochMilli(staged++))
                .build();
        assertThat(students.put(release)).isEmpty();
    }

    private MicroBatcher start(Map<String, Object> settings) {
        return new MicroBatcher(
                "student",
                roster,
                TailSettings.with(settings).batch(),
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

    private static Flight flight(String text) {
        return new Flight(text, LOADED, text, new Budget(0, Budget.NEVER));
    }

    private static Urgency standard() {
        return Urgency.of(Priority.STANDARD, Budget.NEVER);
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
