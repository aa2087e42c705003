package io.tagweir.inference;

import io.tagweir.student.Tagging;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A text that a student is asked to tag, from its submission until its {@link Result} is delivered to its client.
 *
 * <p>States: {@code WAITING ─► CLAIMED ─► DONE} on worker threads, or {@code WAITING ─► CANCELLED} on the client's
 * thread. Each transition is one compare-and-set, so exactly one caller makes it, and the client never waits for a
 * worker. {@code topology-docs/tail.md} draws the life of a miss around it.
 *
 * @param <P> payload that the client gets back with the result; workers do not look at it
 */
public final class Request<P> {

    private enum State {
        WAITING,
        CLAIMED,
        DONE,
        CANCELLED
    }

    private record Status(State state, Urgency urgency) {}

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Request, Status> STATUS =
            AtomicReferenceFieldUpdater.newUpdater(Request.class, Status.class, "status");

    private final P payload;
    private final RequestKey key;
    private final long routingVersion;
    private final InferenceClient<P> client;
    private volatile Status status;

    /** @param routingVersion version of the routing that chose the student, read before the choice */
    Request(P payload, RequestKey key, long routingVersion, Urgency urgency, InferenceClient<P> client) {
        this.payload = payload;
        this.key = key;
        this.routingVersion = routingVersion;
        this.client = client;
        this.status = new Status(State.WAITING, urgency);
    }

    public P payload() {
        return payload;
    }

    RequestKey key() {
        return key;
    }

    public String text() {
        return key.text();
    }

    /** {@code id@version} of the student that is to answer. */
    public String student() {
        return key.student();
    }

    /** Once the routing has another version, another student may be the one to ask. */
    long routingVersion() {
        return routingVersion;
    }

    /** The client it was submitted by, and which cancels it. */
    public InferenceClient<P> client() {
        return client;
    }

    public Urgency urgency() {
        return status.urgency;
    }

    boolean isWaiting() {
        return status.state == State.WAITING;
    }

    /** Makes it more urgent; false if it no longer waits or is as urgent already. Client's thread only. */
    boolean tryRaise(Urgency urgency) {
        var now = status;
        return now.state == State.WAITING
                && urgency.compareTo(now.urgency) < 0
                && STATUS.compareAndSet(this, now, new Status(State.WAITING, urgency));
    }

    /** Claims it for a worker; false if it was claimed or cancelled before. */
    boolean tryClaim() {
        return transition(State.WAITING, State.CLAIMED);
    }

    /** Whether a worker has claimed it and no result has been delivered. */
    boolean isClaimed() {
        return status.state == State.CLAIMED;
    }

    /** Cancels it; false if a worker has claimed it: then a result follows. */
    boolean tryCancel() {
        return transition(State.WAITING, State.CANCELLED);
    }

    /** Delivers the student's answer, unless a result was delivered before. */
    void complete(Tagging tagging) {
        deliver(tagging, null);
    }

    /** Delivers the reason why there is no answer, unless a result was delivered before. */
    void fail(String reason) {
        deliver(null, reason);
    }

    /** Tells the client to choose the student again, unless a result was delivered before. */
    void routeAgain() {
        deliver(null, null);
    }

    private void deliver(@Nullable Tagging tagging, @Nullable String failure) {
        if (transition(State.CLAIMED, State.DONE)) {
            client.deliver(new Result<>(this, tagging, failure));
        }
    }

    private boolean transition(State from, State to) {
        for (var now = status; now.state == from; now = status) {
            if (STATUS.compareAndSet(this, now, new Status(to, now.urgency))) {
                return true;
            }
        }
        return false;
    }
}
