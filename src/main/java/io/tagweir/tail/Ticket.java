package io.tagweir.tail;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * A text handed to a {@link MicroBatcher}, once, until its {@link Outcome} is in the {@link Inbox}.
 *
 * <p>Life: {@code WAITING ─► TAKEN ─► ANSWERED} by threads of the student, or {@code WAITING ─► CANCELLED} by the
 * stream thread. Each step is one atomic exchange, so exactly one caller makes it, and the stream thread never waits
 * for a thread of the student.
 */
final class Ticket {

    private enum State {
        WAITING,
        TAKEN,
        ANSWERED,
        CANCELLED
    }

    private record Standing(State state, Urgency urgency) {}

    private static final AtomicReferenceFieldUpdater<Ticket, Standing> STANDING =
            AtomicReferenceFieldUpdater.newUpdater(Ticket.class, Standing.class, "standing");

    private final Flight flight;
    private final String student;
    private final long rosterVersion;
    private final Inbox inbox;
    private volatile Standing standing;

    /** @param rosterVersion of the roster, read before it was asked for the student */
    Ticket(Flight flight, String student, long rosterVersion, Urgency urgency, Inbox inbox) {
        this.flight = flight;
        this.student = student;
        this.rosterVersion = rosterVersion;
        this.inbox = inbox;
        this.standing = new Standing(State.WAITING, urgency);
    }

    /** What it is for; the student's threads look at nothing of it but its text. */
    Flight flight() {
        return flight;
    }

    String canonical() {
        return flight.canonical();
    }

    /** {@code id@version} of the student that is to answer. */
    String student() {
        return student;
    }

    /** Of the roster that named the student; where it is another now, the roster may name another student. */
    long rosterVersion() {
        return rosterVersion;
    }

    Inbox inbox() {
        return inbox;
    }

    Urgency urgency() {
        return standing.urgency;
    }

    boolean isWaiting() {
        return standing.state == State.WAITING;
    }

    /** Makes it more urgent; false where it does not wait any more, or is as urgent. For the stream thread alone. */
    boolean tryHasten(Urgency more) {
        var now = standing;
        return now.state == State.WAITING
                && more.compareTo(now.urgency) < 0
                && STANDING.compareAndSet(this, now, new Standing(State.WAITING, more));
    }

    /** Claims it for a run; false where it was claimed or cancelled before. */
    boolean tryTake() {
        return leave(State.WAITING, State.TAKEN);
    }

    /** Whether a run has claimed it and none has answered it. */
    boolean isTaken() {
        return standing.state == State.TAKEN;
    }

    /** Claims the one outcome of a ticket that was taken; false where it has one. */
    boolean tryAnswer() {
        return leave(State.TAKEN, State.ANSWERED);
    }

    /** Calls it off; false where a run has begun, whose outcome will come. */
    boolean tryCancel() {
        return leave(State.WAITING, State.CANCELLED);
    }

    private boolean leave(State from, State to) {
        for (var now = standing; now.state == from; now = standing) {
            if (STANDING.compareAndSet(this, now, new Standing(to, now.urgency))) {
                return true;
            }
        }
        return false;
    }
}
