package io.tagweir.inference;

import io.tagweir.student.Student;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one worker thread: take requests, plan runs, and run them, until the worker is stopped or given up. Owned
 * by that thread, except {@link #stop} and {@link #state}.
 */
final class Worker {

    private final WorkerClass workerClass;
    private final RequestQueue queue;
    private final LoadedStudents students;
    private final BatchRunner runner;
    private final CrashJournal journal;
    private final BatchSettings settings;
    private final TokenBudget budget;
    private final WorkerState state;
    private volatile boolean stopped;

    Worker(
            WorkerClass workerClass,
            RequestQueue queue,
            LoadedStudents students,
            BatchRunner runner,
            CrashJournal journal,
            BatchSettings settings,
            TokenBudget budget,
            WorkerState state) {
        this.workerClass = workerClass;
        this.queue = queue;
        this.students = students;
        this.runner = runner;
        this.journal = journal;
        this.settings = settings;
        this.budget = budget;
        this.state = state;
    }

    WorkerClass workerClass() {
        return workerClass;
    }

    WorkerState state() {
        return state;
    }

    /** Makes the worker end after the run under way. */
    void stop() {
        stopped = true;
    }

    /**
     * Runs until the worker is stopped or given up.
     *
     * @param hung a student to reload first, if it is still the one in use; null: none
     */
    void work(@Nullable Student hung) throws InterruptedException {
        if (hung != null && !reload(hung)) {
            return;
        }
        while (!stopped) {
            var batch = state.next();
            if (batch == null) {
                state.add(byStudent(queue.take(workerClass)));
            } else if (!run(batch)) {
                return;
            }
        }
    }

    private boolean reload(Student hung) {
        state.beginLoad();
        try {
            students.reload(hung);
        } catch (RuntimeException failure) {
            runner.reloadFailed(hung, failure);
        }
        return state.end();
    }

    private static List<Batch> byStudent(List<Request<?>> requests) {
        var grouped = new LinkedHashMap<String, List<Request<?>>>();
        requests.forEach(request -> grouped.computeIfAbsent(request.student(), student -> new ArrayList<>())
                .add(request));
        var batches = new ArrayList<Batch>();
        grouped.forEach((student, group) -> batches.add(new Batch(student, group, 0)));
        return batches;
    }

    /** False if the worker is to end. */
    private boolean run(Batch batch) throws InterruptedException {
        var lease = students.lease(batch.student());
        if (lease.isEmpty()) {
            queue.park(batch.requests());
            return true;
        }
        try (var leased = lease.get()) {
            var student = leased.student();
            for (var run : plan(batch, runner.encode(student, batch.requests()))) {
                if (stopped || !run(student, run)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean run(Student student, List<EncodedRequest> run) throws InterruptedException {
        var first = run.get(0).request();
        return journal.isSuspect(first)
                ? journal.runAlone(first, () -> runner.run(student, run, state))
                : runner.run(student, run, state);
    }

    /**
     * A batch that hung on a reloaded session, too, runs one by one, so that each hang costs one query and one thread.
     * Suspects run one by one after all others, because they may kill the process.
     */
    private List<List<EncodedRequest>> plan(Batch batch, List<EncodedRequest> requests) {
        if (batch.hangs() > 1) {
            return oneByOne(requests);
        }
        var others = new ArrayList<EncodedRequest>();
        var suspects = new ArrayList<EncodedRequest>();
        requests.forEach(encoded -> (journal.isSuspect(encoded.request()) ? suspects : others).add(encoded));
        var runs = new ArrayList<>(BatchPlanner.plan(others, settings, budget.now()));
        runs.addAll(oneByOne(suspects));
        return runs;
    }

    private static List<List<EncodedRequest>> oneByOne(List<EncodedRequest> requests) {
        return requests.stream().map(List::of).toList();
    }
}
