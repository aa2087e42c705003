package io.tagweir.inference;

import io.tagweir.meter.Meters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs students in micro-batches: a request queue and the workers that serve it.
 *
 * <p>The most urgent request goes first. The queue is work-conserving: a free worker takes what waits, up to its share,
 * at once. So a single request is not delayed, and batches grow with the load. {@link BatchPlanner} splits a batch into
 * runs of similar length. {@link BatchRunner} handles runs that fail, {@link WorkerPool} runs that hang, and
 * {@link CrashJournal} runs that kill the process.
 *
 * <p>Requests come in and results go out through {@link InferenceClient}s, whose threads never wait here.
 */
public final class MicroBatcher implements AutoCloseable {

    private final LongSupplier routingVersion;
    private final RequestQueue queue;
    private final ServiceRate rate;
    private final WorkerPool workers;

    /**
     * @param name prefix of the thread names
     * @param routingVersion changes whenever another student may have to answer a text, or one has been loaded
     * @param journalDir directory of the {@link CrashJournal}; null: none is kept
     */
    public MicroBatcher(
            String name,
            LoadedStudents students,
            LongSupplier routingVersion,
            BatchSettings settings,
            @Nullable Path journalDir,
            Guardrails guardrails,
            Meters meters) {
        this(name, students, routingVersion, settings, journalDir, guardrails, meters, System::nanoTime);
    }

    /** @param nanos clock that measures and watches runs */
    MicroBatcher(
            String name,
            LoadedStudents students,
            LongSupplier routingVersion,
            BatchSettings settings,
            @Nullable Path journalDir,
            Guardrails guardrails,
            Meters meters,
            LongSupplier nanos) {
        this.routingVersion = routingVersion;
        queue = new RequestQueue(routingVersion, settings, nanos);
        rate = new ServiceRate(settings.threads(), settings.capacity());
        var budget = new TokenBudget(settings, nanos);
        var journal = new CrashJournal(journalDir, name, settings);
        var runner = new BatchRunner(budget, rate, journal, guardrails, meters, nanos);
        workers = new WorkerPool(
                name,
                settings,
                runner,
                journal,
                (workerClass, state) ->
                        new Worker(workerClass, queue, students, runner, journal, settings, budget, state),
                nanos,
                meters);
        workers.start();
    }

    long routingVersion() {
        return routingVersion.getAsLong();
    }

    public <P> InferenceClient<P> newClient() {
        return new InferenceClient<>(this);
    }

    /** Throws if no request would ever be answered again: a worker has died of an error, or too many runs hang. */
    public void check() {
        workers.check();
    }

    /** How long a request of this rank that is submitted now would take until its run ends, by Little's law. */
    public Duration expectedWait(int rank) {
        return rate.timeFor(1 + queue.ahead(rank));
    }

    /** Requests of this rank that wait for a worker. */
    int waiting(int rank) {
        return queue.waiting(rank);
    }

    /** How long requests have waited while a worker that serves them was idle; zero in health. */
    public Duration neglected() {
        return queue.neglected();
    }

    /** Threads that hang in the model. */
    public int hung() {
        return workers.hung();
    }

    void enqueue(Request<?> request) {
        queue.add(request);
    }

    void raise(Request<?> request, Urgency urgency) {
        queue.raise(request, urgency);
    }

    void cancelled(Request<?> request) {
        queue.cancelled(request);
    }

    /** Stops after the runs under way, for which it waits a few seconds. Waiting requests get no result. */
    @Override
    public void close() {
        workers.close();
    }
}
