package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.meter.Meters;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.tag.Span;
import io.tagweir.tail.MicroBatcher.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

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
        inbox.offer("a", "one");
        assertThat(await(inbox, 1)).extracting(Outcome::entry).containsExactly("a");
        assertThat(seen).containsExactly(List.of("one"));
    }

    /** While the first query runs, nine more come in; they are run shortest first, in sub-batches of four. */
    @Test
    void whatWaitsIsSortedByLengthIntoSubBatches() {
        var inbox = start(1, 4, queries -> none(queries));
        inbox.offer("first", "x");
        until(() -> runs.hasQueuedThreads());
        for (int length = 9; length > 0; length--) {
            inbox.offer("e" + length, "y".repeat(length));
        }
        runs.release(100);
        await(inbox, 10);
        assertThat(seen.subList(1, seen.size()))
                .extracting(batch -> batch.stream().map(String::length).toList())
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
        inbox.offer("hold", "hold");
        until(() -> runs.hasQueuedThreads());
        inbox.offer("a", "good");
        inbox.offer("b", "bad");
        inbox.offer("c", "fine");
        runs.release(100);
        assertThat(await(inbox, 4))
                .extracting(outcome -> outcome.entry() + ":" + outcome.failure())
                .containsExactlyInAnyOrder("hold:null", "a:null", "b:the student failed: no", "c:null");
    }

    @Test
    void pendingFallsBackToZero() {
        var inbox = start(2, 8, queries -> none(queries));
        for (int i = 0; i < 20; i++) {
            inbox.offer("e" + i, "text");
        }
        assertThat(batcher.pending()).isEqualTo(20);
        runs.release(100);
        await(inbox, 20);
        assertThat(batcher.pending()).isZero();
    }

    @Test
    void whatAClosedTaskHadWaitingIsNotRun() {
        var inbox = start(1, 1, queries -> none(queries));
        inbox.offer("running", "running");
        until(() -> runs.hasQueuedThreads());
        var closing = batcher.open();
        closing.offer("gone", "gone");
        inbox.offer("kept", "kept");
        closing.close();
        runs.release(100);
        await(inbox, 2);
        assertThat(seen).doesNotContain(List.of("gone"));
        assertThat(batcher.pending()).isZero();
    }

    @Test
    void errorThatIsNoQuerysFaultIsToldToTheStreamThread() {
        var inbox = start(1, 8, queries -> {
            throw new OutOfMemoryError("made up");
        });
        runs.release(100);
        inbox.offer("a", "one");
        assertThatThrownBy(() -> until(() -> {
                    batcher.check();
                    return false;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made up");
    }

    private Inbox start(int threads, int subBatch, Function<List<String>, List<List<Span>>> model) {
        var student = new Student() {
            @Override
            public String id() {
                return "test@1";
            }

            @Override
            public List<List<Span>> tag(List<String> queries) {
                runs.acquireUninterruptibly();
                seen.add(List.copyOf(queries));
                return model.apply(queries);
            }

            @Override
            public void close() {}
        };
        batcher = new MicroBatcher(
                student,
                new TailSettings(threads, 64, subBatch, Duration.ZERO, 1_000, Duration.ofMillis(2)),
                new Meters(new SimpleMeterRegistry()));
        return batcher.open();
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
