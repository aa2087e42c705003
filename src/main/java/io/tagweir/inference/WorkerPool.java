package io.tagweir.inference;

import io.tagweir.inference.WorkerState.UnfinishedWork;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.TaggedCounter;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The worker threads and their watchdog.
 *
 * <pre>
 *   a run hangs ─► its worker is given up; a new worker takes over and reloads the student
 *     └─► its queries run again, together
 *           └─► they hang again: one by one
 *                 └─► the query that hangs fails; so does a single query that hangs twice
 * </pre>
 *
 * <p>A thread inside native code can't be stopped. It is left running, as a daemon, and ends when its run returns,
 * which frees the session. With more than {@link BatchSettings#maxHung} of those {@link #check} throws. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** Checks of the watchdog within the limit of a run: a hang is noticed at most a tenth late. */
    private static final int CHECKS = 10;

    private final String name;
    private final BatchSettings settings;
    private final BatchRunner runner;
    private final CrashJournal journal;
    private final BiFunction<WorkerClass, WorkerState, Worker> newWorker;
    private final LongSupplier nanos;
    private final TaggedCounter<StudentFault> faults;
    private final Map<Worker, Thread> threads = new LinkedHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private int started;
    private int hung;
    private volatile @Nullable Throwable broken;

    WorkerPool(
            String name,
            BatchSettings settings,
            BatchRunner runner,
            CrashJournal journal,
            BiFunction<WorkerClass, WorkerState, Worker> newWorker,
            LongSupplier nanos,
            Meters meters) {
        this.name = name;
        this.settings = settings;
        this.runner = runner;
        this.journal = journal;
        this.newWorker = newWorker;
        this.nanos = nanos;
        faults = meters.counter(MeterName.STUDENT_FAULTS, StudentFault.class);
    }

    synchronized void start() {
        for (int i = 0; i < settings.threads(); i++) {
            start(WorkerClass.ALL, List.of(), null);
        }
        for (int i = 0; i < settings.interactiveThreads(); i++) {
            start(WorkerClass.INTERACTIVE, List.of(), null);
        }
        var watchdog = new Thread(this::watch, name + "-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private void start(WorkerClass workerClass, List<Batch> batches, @Nullable Student hungStudent) {
        int number = started++;
        var state =
                new WorkerState(batches, journal.page(number), settings.faults().watchdog(), nanos);
        var worker = newWorker.apply(workerClass, state);
        var thread = new Thread(() -> run(worker, hungStudent), name + '-' + number);
        thread.setDaemon(true);
        thread.setPriority(workerClass.threadPriority());
        threads.put(worker, thread);
        thread.start();
    }

    private void run(Worker worker, @Nullable Student hungStudent) {
        try {
            worker.work(hungStudent);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            if (closing.getCount() > 0) {
                broken = stop;
            }
        } catch (Throwable error) {
            // Not the fault of a query (out of memory, a missing native symbol). The stream threads see it in check()
            // and stop the application; everything pending is in the ledger.
            broken = error;
            throw error;
        } finally {
            ended(worker);
        }
    }

    private synchronized void ended(Worker worker) {
        if (worker.state().isGivenUp()) {
            hung--;
        }
        threads.remove(worker);
    }

    /** Throws if no request would ever be answered again. */
    void check() {
        var cause = broken;
        if (cause != null) {
            throw new IllegalStateException("the student's thread has died: " + cause, cause);
        }
    }

    /** Threads that were given up and still hang. */
    synchronized int hung() {
        return hung;
    }

    private void watch() {
        long every = Math.max(1, settings.faults().watchdog().toMillis() / CHECKS);
        try {
            while (!closing.await(every, TimeUnit.MILLISECONDS)) {
                replaceHung();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (Throwable error) {
            broken = error;
            throw error;
        }
    }

    private synchronized void replaceHung() {
        for (var worker : List.copyOf(threads.keySet())) {
            var unfinished = worker.state().giveUp();
            if (unfinished != null) {
                worker.stop();
                threads.remove(worker);
                hung++;
                faults.increment(StudentFault.HANG);
                replace(worker.workerClass(), unfinished);
            }
        }
    }

    private void replace(WorkerClass workerClass, UnfinishedWork unfinished) {
        if (hung > settings.faults().maxHung()) {
            broken = new StudentException(hung + " runs of the model hang, more than "
                    + settings.faults().maxHung());
            return;
        }
        var batches = new ArrayList<>(unfinished.rest());
        var again = unfinished.hung();
        if (again != null && again.requests().size() == 1 && again.hangs() > 1) {
            runner.fail(
                    again.requests().get(0),
                    StudentFault.HANG,
                    "it did not answer within " + settings.faults().watchdog().toMillis() + " ms");
        } else if (again != null) {
            batches.add(0, again);
        }
        start(workerClass, batches, unfinished.student());
    }

    /** Stops the workers after the runs under way, for which it waits {@link #STOP_LIMIT} each at most. */
    @Override
    public void close() {
        closing.countDown();
        List<Thread> last;
        synchronized (this) {
            threads.keySet().forEach(Worker::stop);
            last = List.copyOf(threads.values());
        }
        last.forEach(Thread::interrupt);
        try {
            for (var thread : last) {
                thread.join(STOP_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
