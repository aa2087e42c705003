package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.tail.TailSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each way in which the student can fail ends in one result for each query, and in a meter. */
class StudentFaultsTest {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE);
    private static final Duration LIMIT = Duration.ofMillis(100);

    private final FaultyStudent.Script script = new FaultyStudent.Script();
    private final FaultyStudent student = new FaultyStudent(script);
    private final Meters meters = new Meters(new SimpleMeterRegistry());
    /** Stands still, so that nothing hangs unless the test says so. */
    private final AtomicLong clock = new AtomicLong();

    private MicroBatcher batcher;
    private InferenceClient<String> client;

    @AfterEach
    void close() {
        student.thaw();
        batcher.close();
    }

    @Test
    void oneBadQueryOfEightCostsSixMoreRunsAndHarmsNobody() {
        start(together(1));
        assertThat(ask("a", "b", "c", "d", "bad", "e", "f", "g"))
                .containsExactlyInAnyOrderEntriesOf(answeredBut("bad", "the student failed: no"));
        assertThat(script.runs).hasSize(7);
        assertThat(faults(StudentFault.ITEM)).isEqualTo(1);
        assertNothingMoreComes();
    }

    @Test
    void answerThatIsNoNumberFailsAloneWithoutAnotherRun() {
        start(together(1));
        assertThat(ask("a", "b", "c", "d", "nan", "e", "f", "g"))
                .containsExactlyInAnyOrderEntriesOf(
                        answeredBut("nan", "the student failed: its answer is not a finite number"));
        assertThat(script.runs).hasSize(1);
        assertThat(faults(StudentFault.NOT_FINITE)).isEqualTo(1);
    }

    /**
     *
     *
     * <pre>
     *   run on session 1 ───── limit ─────────────────────────── returns: too late, session 1 is closed
     *                            └─ reloaded ─ run on session 2: answered
     * </pre>
     */
    @Test
    void runThatHangsIsRunAgainOnAFreshSessionAndItsLateResultIsDropped() {
        start(together(1));
        assertThat(ask("a", "stuck", "b", "c", "d", "e", "f", "g").values())
                .hasSize(8)
                .containsOnly("answered");
        assertThat(script.runs).hasSize(2);
        assertThat(script.sessions).hasValue(2);
        assertThat(faults(StudentFault.HANG)).isEqualTo(1);
        assertThat(batcher.hung()).isEqualTo(1);
        assertThat(script.closed).isEmpty();
        student.thaw();
        until(() -> batcher.hung() == 0);
        assertThat(script.closed).containsExactly(1);
        assertNothingMoreComes();
    }

    @Test
    void queryThatHangsEverySessionFailsAloneAfterThreeHangs() {
        start(together(1));
        assertThat(ask("a", "b", "hang", "c", "d", "e", "f", "g"))
                .containsExactlyInAnyOrderEntriesOf(
                        answeredBut("hang", "the student failed: it did not answer within 100 ms"));
        assertThat(faults(StudentFault.HANG)).isEqualTo(3);
        assertThat(batcher.hung()).isEqualTo(3);
        assertThat(meters.total(MeterName.STUDENT_FAILURES)).isEqualTo(1);
        student.thaw();
        until(() -> batcher.hung() == 0);
        assertNothingMoreComes();
        assertThat(ask("h")).containsEntry("h", "answered");
    }

    @Test
    void sessionThatCannotBeReloadedStaysInUseAndIsCounted() {
        start(together(1));
        script.gone = true;
        assertThat(ask("a", "stuck", "b", "c", "d", "e", "f", "g"))
                .containsExactlyInAnyOrderEntriesOf(
                        answeredBut("stuck", "the student failed: it did not answer within 100 ms"));
        assertThat(ask("h")).containsEntry("h", "answered");
        assertThat(script.sessions).hasValue(1);
        assertThat(faults(StudentFault.RENEWAL)).isEqualTo(faults(StudentFault.HANG));
    }

    @Test
    void otherThreadsGoOnWhileOneHangs() {
        start(together(2).withLinger(Duration.ZERO));
        client.submit("hang", new RequestKey("test@1", "hang"), 0, STANDARD);
        until(() -> script.hangs.get() == 1);
        client.submit("a", new RequestKey("test@1", "a"), 0, STANDARD);
        var answered = new HashMap<String, String>();
        until(() -> poll(answered) == 1);
        assertThat(answered).containsEntry("a", "answered");
    }

    /** What is pending has no result: it stays in the ledger. */
    @Test
    void oneHangMoreThanAllowedIsReportedToTheStreamThread() {
        var settings = together(1).withLinger(Duration.ZERO);
        start(settings.withFaults(settings.faults().withMaxHung(1)));
        client.submit("hang", new RequestKey("test@1", "hang"), 0, STANDARD);
        assertThatThrownBy(() -> until(() -> {
                    passTheLimitOfWhatHangs();
                    batcher.check();
                    return false;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 runs of the model hang");
        assertThat(client.poll()).isNull();
        assertThat(client.isIdle()).isFalse();
    }

    @Test
    void batchThatFindsNoMemoryIsHalvedAndTheSizeThatFittedIsKeptForAWhile() {
        start(together(1));
        script.mostThatFit = 2;
        assertThat(ask("a", "b", "c", "d", "e", "f", "g", "h").values())
                .hasSize(8)
                .containsOnly("answered");
        assertThat(faults(StudentFault.DEVICE_MEMORY)).isPositive();
        assertThat(sizes()).startsWith(8, 4, 2, 2).endsWith(2, 2);

        script.runs.clear();
        ask("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(sizes()).containsExactly(2, 2, 2, 2);

        script.runs.clear();
        script.mostThatFit = 8;
        clock.addAndGet(Duration.ofMillis(60_001).toNanos());
        ask("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(sizes()).containsExactly(8);
    }

    @Test
    void loneQueryThatFindsNoMemoryFailsWithItsReason() {
        start(together(1).withLinger(Duration.ZERO));
        script.mostThatFit = 0;
        assertThat(ask("a", "b").values()).hasSize(2).containsOnly("the student failed: full");
    }

    /** A renewed student changes the roster, at which those that wait for another are asked for again, and wait on. */
    @Test
    void requestsOfAStudentThatIsNotLoadedWaitAndHoldNobodyUp() {
        start(together(1).withLinger(Duration.ZERO));
        client.submit("other", new RequestKey("other@1", "other"), 0, STANDARD);
        assertThat(ask("stuck")).containsEntry("stuck", "answered");
        assertThat(ask("a")).containsEntry("a", "answered");
        assertThat(client.isIdle()).isFalse();
    }

    /** A thread waits for eight queries, so that those of a test run together. */
    private static BatchSettings together(int threads) {
        return TailSettings.with(Map.of("tail.threads", threads, "tail.watchdog.ms", LIMIT.toMillis()))
                .batch()
                .withLinger(Duration.ofSeconds(1));
    }

    private void start(BatchSettings settings) {
        batcher = new MicroBatcher(
                "student",
                LoadedStudents.of(student),
                () -> 0,
                settings,
                null,
                FaultyStudent.UNGUARDED,
                meters,
                clock::get);
        client = batcher.newClient();
    }

    /** What becomes of texts that come in together. */
    private Map<String, String> ask(String... texts) {
        var results = new HashMap<String, String>();
        for (var text : texts) {
            client.submit(text, new RequestKey("test@1", text), 0, STANDARD);
        }
        until(() -> {
            passTheLimitOfWhatHangs();
            return poll(results) == texts.length;
        });
        return results;
    }

    private int poll(Map<String, String> results) {
        for (var result = client.poll(); result != null; result = client.poll()) {
            if (result.mustRouteAgain()) { // The task asks again who answers: here the same student, which is still not
                // loaded.
                var request = result.request();
                client.submit(request.payload(), request.key(), client.routingVersion(), STANDARD);
                continue;
            }
            var failure = result.failure();
            var before = results.put(result.request().text(), failure == null ? "answered" : failure);
            assertThat(before).as("a second result").isNull();
        }
        return results.size();
    }

    /** Lets time pass only while a run hangs that is not given up yet. */
    private void passTheLimitOfWhatHangs() {
        if (script.hangs.get() > faults(StudentFault.HANG) && script.thawed.getCount() > 0) {
            clock.addAndGet(LIMIT.toNanos());
        }
    }

    private static Map<String, String> answeredBut(String text, String failure) {
        var results = new HashMap<String, String>();
        List.of("a", "b", "c", "d", "e", "f", "g").forEach(good -> results.put(good, "answered"));
        results.put(text, failure);
        return results;
    }

    private List<Integer> sizes() {
        return new ArrayList<>(script.runs.stream().map(List::size).toList());
    }

    private double faults(StudentFault kind) {
        return meters.total(MeterName.STUDENT_FAULTS, kind);
    }

    private void assertNothingMoreComes() {
        assertThat(client.poll()).isNull();
        assertThat(client.isIdle()).isTrue();
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come about within 20 s");
            }
            Thread.onSpinWait();
        }
    }
}
