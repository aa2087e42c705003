package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.Meters;
import io.tagweir.tail.TailSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerStateTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final JournalPage NOWHERE = new JournalPage(null);

    private final FaultyStudent student = new FaultyStudent(new FaultyStudent.Script());
    private final MicroBatcher unused = new MicroBatcher(
            "student",
            LoadedStudents.of(student),
            () -> 0,
            TailSettings.defaults().batch(),
            null,
            FaultyStudent.UNGUARDED,
            new Meters(new SimpleMeterRegistry()));
    private final InferenceClient<String> client = unused.newClient();
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void close() {
        unused.close();
    }

    /**
     *
     *
     * <pre>
     *   in state:  [a answered, b runs, c runs, d] of one student, [e] of another
     *   left:     b and c, one hang more; then d and e as they were
     * </pre>
     */
    @Test
    void hangingRequestsAreDistinguishedFromUnstartedAndAnsweredOnes() {
        var requests =
                Stream.of("a", "b", "c", "d", "e").<Request<?>>map(this::taken).toList();
        var state = new WorkerState(
                List.of(new Batch("one@1", requests.subList(0, 4), 0), new Batch("two@1", requests.subList(4, 5), 1)),
                NOWHERE,
                LIMIT,
                clock::get);
        state.next();
        requests.get(0).fail("done");
        state.begin(student, encode(requests.subList(1, 3)));
        clock.addAndGet(LIMIT.toNanos() - 1);
        assertThat(state.giveUp()).isNull();
        clock.incrementAndGet();
        var left = state.giveUp();
        assertThat(left).isNotNull();
        assertThat(left.student()).isSameAs(student);
        assertThat(left.hung()).isEqualTo(new Batch("one@1", requests.subList(1, 3), 1));
        assertThat(left.rest())
                .containsExactly(
                        new Batch("one@1", requests.subList(3, 4), 0), new Batch("two@1", requests.subList(4, 5), 1));
        assertThat(state.giveUp()).as("given up once").isNull();
        assertThat(state.end()).as("nothing is its own any more").isFalse();
    }

    @Test
    void betweenRunsNothingIsGivenUpHoweverLongItTakes() {
        var requests = List.<Request<?>>of(taken("a"));
        var state = new WorkerState(List.of(new Batch("one@1", requests, 0)), NOWHERE, LIMIT, clock::get);
        state.next();
        state.begin(student, encode(requests));
        assertThat(state.end()).isTrue();
        clock.addAndGet(LIMIT.toNanos());
        assertThat(state.giveUp()).isNull();
    }

    /** A load may take longer than a run, but not for ever. */
    @Test
    void loadThatHangsLeavesItsLotsAndIsNotTriedAgain() {
        var batches = List.of(new Batch("one@1", List.of(taken("a")), 1));
        var state = new WorkerState(batches, NOWHERE, LIMIT, clock::get);
        state.beginLoad();
        clock.addAndGet(LIMIT.toNanos());
        assertThat(state.giveUp()).isNull();
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        var left = state.giveUp();
        assertThat(left).isNotNull();
        assertThat(left.student()).isNull();
        assertThat(left.hung()).isNull();
        assertThat(left.rest()).isEqualTo(batches);
    }

    private Request<?> taken(String text) {
        var request = new Request<>(
                text, new RequestKey("one@1", text), 0, Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE), client);
        assertThat(request.tryClaim()).isTrue();
        return request;
    }

    private List<EncodedRequest> encode(List<Request<?>> requests) {
        return requests.stream()
                .map(request -> new EncodedRequest(request, student.encode(request.text())))
                .toList();
    }
}
