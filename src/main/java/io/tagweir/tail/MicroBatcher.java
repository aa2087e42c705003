package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.student.Student;
import io.tagweir.tag.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run the student, shared by all tasks of the process, and the queue before them.
 *
 * <p>Work-conserving: a free thread takes whatever waits, up to its share, at once; so a lone query is not delayed and
 * batches grow with the load. What was taken is sorted by length and run in sub-batches, because a batch costs as much
 * as its longest query. Where a sub-batch fails its queries are run one by one, so that one bad query spoils no other.
 *
 * <p>Queries come in and answers go out through an {@link Inbox}, one for each task. The stream thread only ever offers
 * and polls; it never waits here.
 */
public final class MicroBatcher implements AutoCloseable {

    /**
     * A query taken over by the student.
     *
     * @param entry key of its ledger entry
     * @param canonical the text the student is given
     */
    record Ticket(String entry, String canonical, Inbox inbox) {}

    /**
     * What became of a ticket: spans, or why there are none.
     *
     * @param spans offsets in the canonical query; null where the student failed
     */
    record Outcome(
            String entry,
            @Nullable List<Span> spans,
            @Nullable String failure) {}

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Student student;
    private final TailSettings settings;
    private final Meters meters;
    private final LinkedBlockingQueue<Ticket> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable broken;
    private volatile boolean closed;

    public MicroBatcher(Student student, TailSettings settings, Meters meters) {
        this.student = student;
        this.settings = settings;
        this.meters = meters;
        for (int i = 0; i < settings.threads(); i++) {
            var thread = new Thread(this::work, "student-" + i);
            thread.setDaemon(true);
            // Where the JVM was told to honour priorities (the launcher does), a busy student leaves the cores to the
            // stream thread and to Kafka's.
            thread.setPriority(Thread.MIN_PRIORITY);
            threads.add(thread);
        }
        meters.gauge(Meters.Name.TAIL_PENDING, pending::get);
        threads.forEach(Thread::start);
    }

    /** {@code id@version} of the student behind it. */
    public String student() {
        return student.id();
    }

    /** Queries taken over by any task of this process whose answers have not been collected. */
    public int pending() {
        return pending.get();
    }

    Inbox open() {
        return new Inbox(waiting, pending);
    }

    /** Throws where a thread of the student has died: nothing would ever be answered again. */
    void check() {
        var cause = broken;
        if (cause != null) {
            throw new IllegalStateException("the student's thread has died: " + cause, cause);
        }
    }

    /** Stops after the sub-batch in hand, and waits for that a little. What still waits stays in the ledgers. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (var thread : threads) {
                thread.join(STOP_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (!closed) {
                var taken = take();
                taken.sort(Comparator.comparingInt(ticket -> ticket.canonical().length()));
                for (int from = 0; from < taken.size() && !closed; from += settings.subBatch()) {
                    run(taken.subList(from, Math.min(taken.size(), from + settings.subBatch())));
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            if (!closed) {
                broken = stop;
            }
        } catch (Throwable error) {
            // An error here is not a query's fault (out of memory, a missing native symbol). The stream threads see
            // it in check() and stop the application; everything pending is in the ledger.
            broken = error;
            throw error;
        }
    }

    private List<Ticket> take() throws InterruptedException {
        var taken = new ArrayList<Ticket>();
        taken.add(waiting.take());
        if (!settings.linger().isZero()) {
            long until = System.nanoTime() + settings.linger().toNanos();
            while (taken.size() < settings.subBatch()) {
                var next = waiting.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return taken;
                }
                taken.add(next);
            }
        }
        // Each thread leaves the others their share, or one would run what two could.
        int share = (waiting.size() + taken.size() + settings.threads() - 1) / settings.threads();
        int size = Math.min(settings.batch(), Math.max(share, settings.subBatch()));
        waiting.drainTo(taken, size - taken.size());
        return taken;
    }

    private void run(List<Ticket> batch) {
        var wanted = batch.stream().filter(ticket -> ticket.inbox().isOpen()).toList();
        if (wanted.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<List<Span>> spans;
        try {
            spans = student.tag(wanted.stream().map(Ticket::canonical).toList());
        } catch (RuntimeException failure) {
            if (wanted.size() == 1) {
                meters.studentFailure();
                var ticket = wanted.get(0);
                ticket.inbox().deliver(new Outcome(ticket.entry(), null, reason(failure)));
            } else {
                wanted.forEach(ticket -> run(List.of(ticket)));
            }
            return;
        }
        meters.studentRun(wanted.size(), Duration.ofNanos(System.nanoTime() - start));
        for (int i = 0; i < wanted.size(); i++) {
            var ticket = wanted.get(i);
            ticket.inbox().deliver(new Outcome(ticket.entry(), spans.get(i), null));
        }
    }

    private static String reason(RuntimeException failure) {
        String message = failure.getMessage();
        return "the student failed: " + (message == null ? failure.getClass().getSimpleName() : message);
    }
}
