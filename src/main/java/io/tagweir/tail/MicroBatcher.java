package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The students of a {@link Roster} at work for all tasks of the process: the queue before them, and the threads that
 * run them.
 *
 * <p>The most urgent goes first. Work-conserving: a free thread takes whatever waits, up to its share, at once; so a
 * lone query is not delayed and batches grow with the load. What was taken is cut by {@link Batches} into runs of like
 * length, because a run costs as much as its longest query. What becomes of a run that fails is up to
 * {@link BatchRunner}, of one that hangs to {@link Workers}, of one that takes the process down to {@link CrashLog}.
 *
 * <p>Texts come in and answers go out through an {@link Inbox}, one for each task. The stream thread only ever offers
 * and polls; it never waits here.
 */
final class MicroBatcher implements AutoCloseable {

    private final Roster roster;
    private final TicketQueue queue;
    private final ServiceRate rate;
    private final Workers workers;

    /** @param runs directory in which what runs is kept for the next process; null: nowhere */
    MicroBatcher(
            String name,
            Roster roster,
            BatchSettings settings,
            @Nullable Path runs,
            Guardrails guardrails,
            Meters meters) {
        this(name, roster, settings, runs, guardrails, meters, System::nanoTime);
    }

    /** @param nanos clock by which runs are measured and watched */
    MicroBatcher(
            String name,
            Roster roster,
            BatchSettings settings,
            @Nullable Path runs,
            Guardrails guardrails,
            Meters meters,
            LongSupplier nanos) {
        this.roster = roster;
        queue = new TicketQueue(roster, settings, nanos);
        rate = new ServiceRate(settings.threads(), settings.capacity());
        var budget = new PieceBudget(settings, nanos);
        var crashes = new CrashLog(runs, name, settings);
        var runner = new BatchRunner(budget, rate, crashes, guardrails, meters, nanos);
        workers = new Workers(
                name,
                settings,
                runner,
                crashes,
                (lane, hand) -> new Worker(lane, queue, roster, runner, crashes, settings, budget, hand),
                nanos,
                meters);
        workers.start();
    }

    long rosterVersion() {
        return roster.version();
    }

    Inbox open() {
        return new Inbox(this);
    }

    /** Throws where nothing would ever be answered again: a thread has died of an error, or too many runs hang. */
    void check() {
        workers.check();
    }

    /** How long a text of this rank that is offered now would wait for its run to end, by Little's law. */
    Duration expectedWait(int rank) {
        return rate.timeFor(1 + queue.ahead(rank));
    }

    /** Texts of this rank that wait for a thread. */
    int waiting(int rank) {
        return queue.waiting(rank);
    }

    /** How long texts have waited while a thread that takes them was idle; zero in health. */
    Duration neglected() {
        return queue.neglected();
    }

    /** Queries a second that the threads get through while they are busy; NaN where that is not known yet. */
    double ratePerSecond() {
        return rate.perSecond();
    }

    /** Threads that hang in the model. */
    int hung() {
        return workers.hung();
    }

    void enqueue(Ticket ticket) {
        queue.add(ticket);
    }

    /** Gives a ticket a better place. */
    void hasten(Ticket ticket, Urgency urgency) {
        queue.hasten(ticket, urgency);
    }

    void forget(Ticket ticket) {
        queue.forget(ticket);
    }

    /** Stops after the runs in hand, and waits for those a little. What still waits stays in the ledgers. */
    @Override
    public void close() {
        workers.close();
    }
}
