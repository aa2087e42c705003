package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.tail.Hand.Left;
import io.tagweir.tail.Hand.Lot;
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
 * The threads that run the students, and the watchdog over them.
 *
 * <pre>
 *   a run hangs ─► its thread is given up, another takes its place and has the student loaded anew
 *     └─► its queries run again, together
 *           └─► they hang again: one by one
 *                 └─► the one that hangs fails; so does a lone query that hangs twice
 * </pre>
 *
 * <p>A thread inside native code can't be stopped: it is left behind, a daemon, and ends when its run returns, which
 * frees the session. More than so many of those, and {@link #check} says that it can't go on. Thread-safe.
 */
final class Workers implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** Looks of the watchdog within the limit of a run: a hang is seen at most a tenth late. */
    private static final int LOOKS = 10;

    private final String name;
    private final BatchSettings settings;
    private final BatchRunner runner;
    private final CrashLog crashes;
    private final BiFunction<Lane, Hand, Worker> maker;
    private final LongSupplier nanos;
    private final Meters meters;
    private final Map<Worker, Thread> threads = new LinkedHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private int started;
    private int hung;
    private volatile @Nullable Throwable broken;

    /** @param maker makes a worker with something in hand */
    Workers(
            String name,
            BatchSettings settings,
            BatchRunner runner,
            CrashLog crashes,
            BiFunction<Lane, Hand, Worker> maker,
            LongSupplier nanos,
            Meters meters) {
        this.name = name;
        this.settings = settings;
        this.runner = runner;
        this.crashes = crashes;
        this.maker = maker;
        this.nanos = nanos;
        this.meters = meters;
    }

    synchronized void start() {
        for (int i = 0; i < settings.threads(); i++) {
            start(Lane.ALL, List.of(), null);
        }
        for (int i = 0; i < settings.interactiveThreads(); i++) {
            start(Lane.INTERACTIVE, List.of(), null);
        }
        var watchdog = new Thread(this::watch, name + "-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private void start(Lane lane, List<Lot> lots, @Nullable Student hungStudent) {
        int number = started++;
        var worker = maker.apply(lane, new Hand(lots, crashes.page(number), settings.watchdog(), nanos));
        var thread = new Thread(() -> live(worker, hungStudent), name + '-' + number);
        thread.setDaemon(true);
        thread.setPriority(lane.priority());
        threads.put(worker, thread);
        thread.start();
    }

    private void live(Worker worker, @Nullable Student hungStudent) {
        try {
            worker.work(hungStudent);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            if (closing.getCount() > 0) {
                broken = stop;
            }
        } catch (Throwable error) {
            // An error here is not a query's fault (out of memory, a missing native symbol). The stream threads see it
            // in check() and stop the application; everything pending is in the ledger.
            broken = error;
            throw error;
        } finally {
            ended(worker);
        }
    }

    private synchronized void ended(Worker worker) {
        if (worker.hand().isGivenUp()) {
            hung--;
        }
        threads.remove(worker);
    }

    /** Throws where nothing would ever be answered again. */
    void check() {
        var cause = broken;
        if (cause != null) {
            throw new IllegalStateException("the student's thread has died: " + cause, cause);
        }
    }

    /** Threads that hang now, given up. */
    synchronized int hung() {
        return hung;
    }

    private void watch() {
        long every = Math.max(1, settings.watchdog().toMillis() / LOOKS);
        try {
            while (!closing.await(every, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (Throwable error) {
            broken = error;
            throw error;
        }
    }

    private synchronized void look() {
        for (var worker : List.copyOf(threads.keySet())) {
            var left = worker.hand().giveUp();
            if (left != null) {
                worker.stop();
                threads.remove(worker);
                hung++;
                meters.studentFault(Fault.HANG.name());
                replace(worker.lane(), left);
            }
        }
    }

    private void replace(Lane lane, Left left) {
        if (hung > settings.maxHung()) {
            broken = new StudentException(hung + " runs of the model hang, more than " + BatchSettings.MAX_HUNG);
            return;
        }
        var lots = new ArrayList<>(left.lots());
        var again = left.hung();
        if (again != null && again.tickets().size() == 1 && again.hangs() > 1) {
            runner.fail(
                    again.tickets().get(0),
                    Fault.HANG,
                    "it did not answer within " + settings.watchdog().toMillis() + " ms");
        } else if (again != null) {
            lots.add(0, again);
        }
        start(lane, lots, left.student());
    }

    /** Stops after the runs in hand, and waits for those a little. What still waits stays in the ledgers. */
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
