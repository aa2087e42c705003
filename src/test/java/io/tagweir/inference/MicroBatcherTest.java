package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.Meters;
import io.tagweir.student.StudentException;
import io.tagweir.tag.Span;
import io.tagweir.tail.TailSettings;
import io.tagweir.testing.TextStudent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE);
    private static final Urgency INTERACTIVE = Urgency.of(Priority.INTERACTIVE, Urgency.NO_DEADLINE);

    private final AtomicLong routingVersion = new AtomicLong();
    private final Semaphore runs = new Semaphore(0);
    private final List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());
    private MicroBatcher batcher;

    @AfterEach
    void close() {
        batcher.close();
    }

    @Test
    void loneQueryIsRunAtOnce() {
        var client = start(1, 8, queries -> none(queries));
        runs.release(100);
        offer(client, "a", "one");
        assertThat(await(client, 1))
                .extracting(result -> result.request().payload())
                .containsExactly("a");
        assertThat(seen).containsExactly(List.of("one"));
    }

    /** While the first query runs, nine more come in; they are run shortest first, in sub-batches of four. */
    @Test
    void whatWaitsIsSortedByLengthIntoSubBatches() {
        var client = start(1, 4, queries -> none(queries));
        offer(client, "first", "x");
        until(() -> runs.hasQueuedThreads());
        for (int length = 9; length > 0; length--) {
            offer(client, "e" + length, "y" + " y".repeat(length - 1));
        }
        runs.release(100);
        await(client, 10);
        assertThat(seen.subList(1, seen.size()))
                .extracting(batch ->
                        batch.stream().map(query -> query.split(" ").length).toList())
                .containsExactly(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9));
    }

    @Test
    void queryTheStudentThrowsOnFailsAlone() {
        var client = start(1, 8, queries -> {
            if (queries.contains("bad")) {
                throw new StudentException("no");
            }
            return none(queries);
        });
        offer(client, "hold", "hold");
        until(() -> runs.hasQueuedThreads());
        offer(client, "a", "good");
        offer(client, "b", "bad");
        offer(client, "c", "fine");
        runs.release(100);
        assertThat(await(client, 4))
                .extracting(result -> result.request().payload() + ":" + result.failure())
                .containsExactlyInAnyOrder("hold:null", "a:null", "b:the student failed: no", "c:null");
    }

    /** The thread that stands still here is one that gets no core while others want it. */
    @Test
    void interactiveQueryDoesNotWaitForTheThreadsThatYield() {
        var core = new Semaphore(0);
        var client = start(1, 8, queries -> {
            if (!queries.contains("interactive")) {
                core.acquireUninterruptibly();
            }
            return none(queries);
        });
        runs.release(100);
        offer(client, "a", "standard");
        until(() -> core.hasQueuedThreads());
        offer(client, "b", "standard too");
        offer(client, "c", "interactive", INTERACTIVE);
        assertThat(await(client, 1))
                .extracting(result -> result.request().payload())
                .containsExactly("c");
        core.release(2);
        await(client, 2);
        assertThat(priorities())
                .containsEntry("student-0", Thread.MIN_PRIORITY)
                .containsEntry("student-1", Thread.NORM_PRIORITY);
    }

    @Test
    void manyOfEachPriorityAreAllRunOnce() {
        var client = start(2, 4, queries -> none(queries));
        runs.release(10_000);
        for (int i = 0; i < 5_000; i++) {
            offer(client, "e" + i, "text " + i, i % 3 == 0 ? INTERACTIVE : STANDARD);
        }
        await(client, 5_000);
        assertThat(client.isIdle()).isTrue();
        assertThat(seen.stream().flatMap(List::stream)).hasSize(5_000).doesNotHaveDuplicates();
        assertThat(batcher.waiting(STANDARD.rank()) + batcher.waiting(INTERACTIVE.rank()))
                .isZero();
    }

    @Test
    void nothingIsLeftWaiting() {
        var client = start(2, 8, queries -> none(queries));
        for (int i = 0; i < 20; i++) {
            offer(client, "e" + i, "text");
        }
        assertThat(client.isIdle()).isFalse();
        runs.release(100);
        await(client, 20);
        assertThat(client.isIdle()).isTrue();
        assertThat(batcher.waiting(STANDARD.rank())).isZero();
    }

    @Test
    void whatAClosedTaskHadWaitingIsNotRun() {
        var client = start(1, 1, queries -> none(queries));
        offer(client, "running", "running");
        until(() -> runs.hasQueuedThreads());
        InferenceClient<String> closing = batcher.newClient();
        offer(closing, "gone", "gone");
        offer(client, "kept", "kept");
        closing.close();
        runs.release(100);
        await(client, 2);
        assertThat(seen).doesNotContain(List.of("gone"));
        assertThat(batcher.waiting(STANDARD.rank())).isZero();
    }

    @Test
    void errorThatNoQueryCausedIsReportedToTheStreamThread() {
        var client = start(1, 8, queries -> {
            throw new OutOfMemoryError("made up");
        });
        runs.release(100);
        offer(client, "a", "one");
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
        var client = start(1, 8, queries -> none(queries));
        runs.release(100);
        client.submit("a", new RequestKey("gone@1", "one"), 0, STANDARD);
        offer(client, "b", "two");
        assertThat(await(client, 1))
                .extracting(result -> result.request().payload())
                .containsExactly("b");
        routingVersion.incrementAndGet();
        assertThat(await(client, 1)).singleElement().satisfies(result -> {
            assertThat(result.request().payload()).isEqualTo("a");
            assertThat(result.mustRouteAgain()).isTrue();
        });
        assertThat(client.isIdle()).isTrue();
        assertThat(seen).containsExactly(List.of("two"));
    }

    private InferenceClient<String> start(int threads, int subBatch, Function<List<String>, List<List<Span>>> model) {
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
                LoadedStudents.of(student),
                routingVersion::get,
                TailSettings.with(Map.of("tail.threads", threads, "tail.sub.batch.queries", subBatch))
                        .batch(),
                null,
                FaultyStudent.UNGUARDED,
                new Meters(new SimpleMeterRegistry()));
        return batcher.newClient();
    }

    private static Map<String, Integer> priorities() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("student-"))
                .collect(Collectors.toMap(Thread::getName, Thread::getPriority, (one, other) -> one));
    }

    private static Request<String> offer(InferenceClient<String> client, String key, String text) {
        return offer(client, key, text, STANDARD);
    }

    private static Request<String> offer(InferenceClient<String> client, String key, String text, Urgency urgency) {
        return client.submit(key, new RequestKey("test@1", text), 0, urgency);
    }

    private static List<List<Span>> none(List<String> queries) {
        return queries.stream().map(query -> List.<Span>of()).toList();
    }

    private static List<Result> await(InferenceClient<String> client, int count) {
        var results = new ArrayList<Result>();
        until(() -> {
            for (var result = client.poll(); result != null; result = client.poll()) {
                results.add(result);
            }
            return results.size() >= count;
        });
        return results;
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
