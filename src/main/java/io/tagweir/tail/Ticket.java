package io.tagweir.tail;

import java.util.function.Consumer;

/**
 * A text handed to a {@link MicroBatcher}, once, until its {@link Outcome} is in the {@link Inbox}.
 *
 * <p>Life: {@code WAITING ─► TAKEN ─► ANSWERED} by threads of the student, or {@code WAITING ─► CANCELLED} by the
 * stream thread.
 */
final class Ticket {

    private enum State {
        WAITING,
        TAKEN,
        ANSWERED,
        CANCELLED
    }

    private final Flight flight;
    private final String student;
    private final Inbox inbox;
    private State state = State.WAITING;
    private Urgency urgency;

    Ticket(Flight flight, String student, Urgency urgency, Inbox inbox) {
        this.flight = flight;
        this.student = student;
        this.urgency = urgency;
        this.inbox = inbox;
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

    Inbox inbox() {
        return inbox;
    }

    synchronized Urgency urgency() {
        return urgency;
    }

    /** Makes it more urgent, and has {@code moved} hear of what it was; false where nothing came of it. */
    synchronized boolean tryHasten(Urgency more, Consumer<Urgency> moved) {
        if (state != State.WAITING || more.compareTo(urgency) >= 0) {
            return false;
        }
        var before = urgency;
        urgency = more;
        moved.accept(before);
        return true;
    }

    /** Claims it for a run; false where it was claimed or cancelled before. */
    synchronized boolean tryTake() {
        return leave(State.TAKEN);
    }

    /** Whether a run has claimed it and none has answered it. */
    synchronized boolean isTaken() {
        return state == State.TAKEN;
    }

    /** Claims the one outcome of a ticket that was taken; false where it has one. */
    synchronized boolean tryAnswer() {
        boolean first = state == State.TAKEN;
        state = first ? State.ANSWERED : state;
        return first;
    }

    /** Calls it off; false where a run has begun, whose outcome will come. */
    synchronized boolean tryCancel() {
        return leave(State.CANCELLED);
    }

    private boolean leave(State next) {
        boolean waits = state == State.WAITING;
        state = waits ? next : state;
        return waits;
    }
}
