package io.tagweir.inference;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Submits requests to a {@link MicroBatcher} and polls their results.
 *
 * <p>All methods belong to the client's thread, except {@link #deliver} and {@link #isOpen}, which workers call. None
 * waits.
 */
public final class InferenceClient<P> implements AutoCloseable {

    private final MicroBatcher batcher;
    private final Queue<Result<P>> results = new ConcurrentLinkedQueue<>();
    private int pending;
    private volatile boolean open = true;

    InferenceClient(MicroBatcher batcher) {
        this.batcher = batcher;
    }

    /**
     * Submits a text.
     *
     * @param payload comes back with the result
     * @param routingVersion {@link #routingVersion}, read before the student was chosen
     */
    public Request<P> submit(P payload, RequestKey key, long routingVersion, Urgency urgency) {
        var request = new Request<>(payload, key, routingVersion, urgency, this);
        pending++;
        batcher.enqueue(request);
        return request;
    }

    /** Changes whenever another student may have to answer a text, or one has been loaded. */
    public long routingVersion() {
        return batcher.routingVersion();
    }

    /** Makes a request more urgent. */
    public void raise(Request<P> request, Urgency urgency) {
        batcher.raise(request, urgency);
    }

    /** Cancels a request; false if a worker has claimed it: then a result follows. */
    public boolean tryCancel(Request<P> request) {
        boolean cancelled = request.tryCancel();
        if (cancelled) {
            pending--;
            batcher.cancelled(request);
        }
        return cancelled;
    }

    /** The next result; null if there is none yet. */
    public @Nullable Result<P> poll() {
        var result = results.poll();
        if (result != null) {
            pending--;
        }
        return result;
    }

    /** Whether every request has been cancelled or its result polled. */
    public boolean isIdle() {
        return pending == 0;
    }

    boolean isOpen() {
        return open;
    }

    void deliver(Result<P> result) {
        results.add(result);
    }

    /** Workers skip what is still waiting. */
    @Override
    public void close() {
        open = false;
        pending = 0;
    }
}
