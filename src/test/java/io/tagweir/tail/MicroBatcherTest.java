package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.student.StudentException;
import io.tagweir.student.TextStudent;
import io.tagweir.tag.Span;
import io.tagweir.wire.WireSerdes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Budget.NEVER);
    private static final Urgency INTERACTIVE = Urgency.of(Priority.INTERACTIVE, Budget.NEVER);

    private final StudentCatalog students = new StudentCatalog("test@1");
    private final Semaphore runs = new Semaphore(0);
    private final List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());
    private MicroBatcher batcher;

    @AfterEach
    void close() {
        batcher.close();
    }

    @Test
    void loneQueryIsRunAtOnce() {
        var inbox = start(1, 8, queries -> none(queries));
        runs.release(100);
        offer(inbox, "a", "one");
        assertThat(await(inbox, 1))
                .extracting(outcome -> outcome.ticket().flight().key())
                .containsExactly("a");
        assertThat(seen).containsExactly(List.of("one"));
    }

    /** While the first query runs, nine more come in; they are run shortest first, in sub-batches of four. */
    @Test
    void whatWaitsIsSortedByLengthIntoSubBatches() {
        var inbox = start(1, 4, queries -> none(queries));
        offer(inbox, "first", "x");
        until(() -> runs.hasQueuedThreads());
        for (int length = 9; length > 0; length--) {
            offer(inbox, "e" + length, "y" + " y".repeat(length - 1));
        }
        runs.release(100);
        await(inbox, 10);
        assertThat(seen.subList(1, seen.size()))
                .extracting(batch ->
                        batch.stream().map(query -> query.split(" ").length).toList())
                .containsExactly(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9));
    }

    @Test
    void queryTheStudentThrowsOnFailsAlone() {
        var inbox = start(1, 8, queries -> {
            if (queries.contains("bad")) {
                throw new StudentException("no");
            }
            return none(queries);
        });
        offer(inbox, "hold", "hold");
        until(() -> runs.hasQueuedThreads());
        offer(inbox, "a", "good");
        offer(inbox, "b", "bad");
        offer(inbox, "c", "fine");
        runs.release(100);
        assertThat(await(inbox, 4))
                .extracting(outcome -> outcome.ticket().flight().key() + ":" + outcome.failure())
                .containsExactlyInAnyOrder("hold:null", "a:null", "b:the student failed: no", "c:null");
    }

    /** The thread that stands still here is one that gets no core while others want it. */
    @Test
    void interactiveQueryDoesNotWaitForTheThreadsThatYield() {
        var core = new Semaphore(0);
        var inbox = start(1, 8, queries -> {
            if (!queries.contains("interactive")) {
                core.acquireUninterruptibly();
            }
            return none(queries);
        });
        runs.release(100);
        offer(inbox, "a", "standard");
        until(() -> core.hasQueuedThreads());
        offer(inbox, "b", "standard too");
        offer(inbox, "c", "interactive", INTERACTIVE);
        assertThat(await(inbox, 1))
                .extracting(outcome -> outcome.ticket().flight().key())
                .containsExactly("c");
        core.release(2);
        await(inbox, 2);
        assertThat(priorities())
                .containsEntry("student-0", Thread.MIN_PRIORITY)
                .containsEntry("student-1", Thread.NORM_PRIORITY);
    }

    @Test
    void manyOfEachPriorityAreAllRunOnce() {
        var inbox = start(2, 4, queries -> none(queries));
        runs.release(10_000);
        for (int i = 0; i < 5_000; i++) {
            offer(inbox, "e" + i, "text " + i, i % 3 == 0 ? INTERACTIVE : STANDARD);
        }
        await(inbox, 5_000);
        assertThat(inbox.isIdle()).isTrue();
        assertThat(seen.stream().flatMap(List::stream)).hasSize(5_000).doesNotHaveDuplicates();
        assertThat(batcher.waiting(STANDARD.rank()) + batcher.waiting(INTERACTIVE.rank()))
                .isZero();
    }

    @Test
    void nothingIsLeftWaiting() {
        var inbox = start(2, 8, queries -> none(queries));
        for (int i = 0; i < 20; i++) {
            offer(inbox, "e" + i, "text");
        }
        assertThat(inbox.isIdle()).isFalse();
        runs.release(100);
        await(inbox, 20);
        assertThat(inbox.isIdle()).isTrue();
        assertThat(batcher.waiting(STANDARD.rank())).isZero();
    }

    @Test
    void whatAClosedTaskHadWaitingIsNotRun() {
        var inbox = start(1, 1, queries -> none(queries));
        offer(inbox, "running", "running");
        until(() -> runs.hasQueuedThreads());
        var closing = batcher.open();
        offer(closing, "gone", "gone");
        offer(inbox, "kept", "kept");
        closing.close();
        runs.release(100);
        await(inbox, 2);
        assertThat(seen).doesNotContain(List.of("gone"));
        assertThat(batcher.waiting(STANDARD.rank())).isZero();
    }

    @Test
    void errorThatIsNoQuerysFaultIsToldToTheStreamThread() {
        var inbox = start(1, 8, queries -> {
            throw new OutOfMemoryError("made up");
        });
        runs.release(100);
        offer(inbox, "a", "one");
        assertThatThrownBy(() -> until(() -> {
                    batcher.check();
                    return false;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made up");
    }

    /** Its student was rolled back before it was asked, or is being loaded: who answers is to be asked again. */
    @Test
    void queryWhoseStudentIsNotLoadedGoesBackOnceTheRosterHasChanged() {
        WireSerdes.trustRecords();
        var inbox = start(1, 8, queries -> none(queries));
        runs.release(100);
        inbox.offer(new Flight("a", "gone@1", "one", new Budget(0, Budget.NEVER)), "gone@1", 0, STANDARD);
        offer(inbox, "b", "two");
        assertThat(await(inbox, 1))
                .extracting(outcome -> outcome.ticket().flight().key())
                .containsExactly("b");
        assertThat(students.put(StudentRelease.newBuilder()
                        .setId("gone@1")
                        .setState(StudentState.QUARANTINED)
                        .setDirectory("/models/gone")
                        .setStagedAt(Instant.EPOCH)
                        .build()))
                .isEmpty();
        assertThat(await(inbox, 1)).singleElement().satisfies(outcome -> {
            assertThat(outcome.ticket().flight().key()).isEqualTo("a");
            assertThat(outcome.isMoved()).isTrue();
        });
        assertThat(inbox.isIdle()).isTrue();
        assertThat(seen).containsExactly(List.of("two"));
    }

    private Inbox start(int threads, int subBatch, Function<List<String>, List<List<Span>>> model) {
        var student = new TextStudent() {
            @Override
            public String id() {
                return "test@1";
            }

            @Override
            protected List<List<Span>> answer(List<String> queries) {
                runs.acquireUninterruptibly();
                seen.add(List.copyOf(queries));
                return model.apply(queries);
            }
        };
        batcher = new MicroBatcher(
                "student",
                new Roster(students, student, Duration.ZERO, InstantSource.fixed(Instant.EPOCH)),
                TailSettings.with(Map.of("tail.threads", threads, "tail.sub.batch.queries", subBatch))
                        .batch(),
                null,
                FaultyStudent.UNGUARDED,
                new Meters(new SimpleMeterRegistry()));
        return batcher.open();
    }

    private static Map<String, Integer> priorities() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("student-"))
                .collect(Collectors.toMap(Thread::getName, Thread::getPriority, (one, other) -> one));
    }

    private static Ticket offer(Inbox inbox, String key, String text) {
        return offer(inbox, key, text, STANDARD);
    }

    private static Ticket offer(Inbox inbox, String key, String text, Urgency urgency) {
        return inbox.offer(new Flight(key, "test@1", text, new Budget(0, Budget.NEVER)), "test@1", 0, urgency);
    }

    private static List<List<Span>> none(List<String> queries) {
        return queries.stream().map(query -> List.<Span>of()).toList();
    }

    private static List<Outcome> await(Inbox inbox, int count) {
        var outcomes = new ArrayList<Outcome>();
        until(() -> {
            for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
                outcomes.add(outcome);
            }
            return outcomes.size() >= count;
        });
        return outcomes;
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come about within 20 s");
            }
            Thread.onSpinWait();
        }
    }
}
