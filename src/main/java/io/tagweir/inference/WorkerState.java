package io.tagweir.inference;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The work of one worker: batches it has not begun, and the run under way.
 *
 * <p>Shared by the worker and the watchdog. The watchdog gives a worker up whose run takes too long, and hands its work
 * to another. From then on {@link #end} returns false to the worker, whose late result is discarded. The run under way
 * is also written to the crash journal. Thread-safe.
 */
final class WorkerState {

    /**
     * The work that a worker leaves when it is given up.
     *
     * @param student the one that hangs; null if the worker was loading a student
     * @param hung the requests of the run that hangs, this hang counted; null together with {@code student}
     * @param rest the other batches, in order
     */
    record UnfinishedWork(
            @Nullable Student student, @Nullable Batch hung, List<Batch> rest) {}

    /** Longest time to load a student. A second is usual; a large model on a GPU takes several. */
    private static final Duration LOAD_LIMIT = Duration.ofSeconds(60);

    private final Deque<Batch> batches;
    private final JournalPage page;
    private final Duration runLimit;
    private final LongSupplier nanos;
    private @Nullable Batch current;
    private @Nullable Student student;
    private @Nullable List<EncodedRequest> running;
    private long since;
    private Duration limit = LOAD_LIMIT;
    private boolean givenUp;

    /**
     * @param page of the worker in the crash journal
     * @param runLimit longest time a run may take
     */
    WorkerState(Collection<Batch> batches, JournalPage page, Duration runLimit, LongSupplier nanos) {
        this.batches = new ArrayDeque<>(batches);
        this.page = page;
        this.runLimit = runLimit;
        this.nanos = nanos;
    }

    synchronized void add(Collection<Batch> taken) {
        batches.addAll(taken);
    }

    /** Makes the next batch the current one and returns it; null if there is none. */
    synchronized @Nullable Batch next() {
        current = batches.poll();
        return current;
    }

    /** Begins a run of requests of the current batch. */
    synchronized void begin(Student runBy, List<EncodedRequest> run) {
        student = runBy;
        page.begin(run);
        begin(run, runLimit);
    }

    /** Begins to load a student. */
    synchronized void beginLoad() {
        student = null;
        begin(List.of(), LOAD_LIMIT);
    }

    private void begin(List<EncodedRequest> run, Duration within) {
        running = run;
        limit = within;
        since = nanos.getAsLong();
    }

    /** Ends the run or load; false if the worker was given up before. */
    synchronized boolean end() {
        running = null;
        page.end();
        return !givenUp;
    }

    /** Gives the worker up if its run or load takes too long; null if not, or if it was given up before. */
    synchronized @Nullable UnfinishedWork giveUp() {
        var run = running;
        if (run == null || givenUp || nanos.getAsLong() - since < limit.toNanos()) {
            return null;
        }
        givenUp = true;
        var rest = new ArrayList<>(batches);
        var batch = current;
        if (batch == null || student == null) {
            return new UnfinishedWork(null, null, rest);
        }
        var hung = run.stream().<Request<?>>map(EncodedRequest::request).toList();
        var others = batch.requests().stream()
                .filter(request -> request.isClaimed() && !hung.contains(request))
                .toList();
        if (!others.isEmpty()) {
            rest.add(0, new Batch(batch.student(), others, batch.hangs()));
        }
        return new UnfinishedWork(student, new Batch(batch.student(), hung, batch.hangs() + 1), rest);
    }

    synchronized boolean isGivenUp() {
        return givenUp;
    }
}
