package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.query.QueryKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Queries of one task that the head has answered, run through the student as well to see how good it is
 * ({@link QualityMeter}).
 *
 * <p>Nobody waits for them, and nothing is in their way less than a miss: they come after all misses in the queue, run
 * alone, are dropped where misses fill the tail or too many of them wait already, and are never answered. They are in
 * no ledger: what a crash takes along is not compared. The fast student is asked, as it is the one that is trained on
 * what the teacher says; neither cache nor larger student is.
 *
 * <p>Owned by the stream thread of its task.
 */
final class Shadows {

    /** Why one was dropped, as the meter counts it. */
    enum Reason {
        /** Misses fill the tail. */
        BUSY,
        /** As many wait as may. */
        FULL,
        /** The student failed on it. */
        FAILED
    }

    private final Tail tail;
    private final Inbox inbox;
    private final int most;
    private final Map<Ticket, Shadow> waiting = new HashMap<>();

    /**
     * A query that is with the student.
     *
     * @param student {@code id@version}
     */
    private record Shadow(Miss answered, String student) {}

    Shadows(Tail tail) {
        this.tail = tail;
        this.inbox = tail.student().open();
        int ofProcess = tail.settings().maxShadows();
        this.most = ofProcess == 0 ? 0 : Math.max(1, ofProcess / tail.tasks());
    }

    /**
     * Has the student tag a query, unless there is no room for that.
     *
     * @param answered with what the head has answered
     */
    void take(Miss answered) {
        if (tail.admission().isBusy()) {
            tail.quality().dropped(Reason.BUSY);
        } else if (waiting.size() >= most) {
            tail.quality().dropped(Reason.FULL);
        } else {
            var keyText = new QueryKey(answered.getSegment(), answered.getCanonicalQuery()).text();
            long rosterVersion = tail.roster().version();
            var student = tail.roster().at(answered.getEventTime(), keyText);
            var endless = new Budget(answered.getEventTime().toEpochMilli(), Budget.NEVER);
            var flight = new Flight(Asked.key(student, keyText), student, answered.getCanonicalQuery(), endless);
            waiting.put(inbox.offer(flight, student, rosterVersion, Urgency.none()), new Shadow(answered, student));
        }
    }

    /** Compares what has come in, and calls off what has not begun where misses fill the tail. */
    void collect() {
        if (waiting.isEmpty()) {
            return;
        }
        for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
            var shadow = waiting.remove(outcome.ticket());
            if (shadow != null) {
                land(shadow, outcome);
            }
        }
        if (tail.admission().isBusy()) {
            waiting.keySet().removeIf(this::isCalledOff);
        }
    }

    private boolean isCalledOff(Ticket ticket) {
        boolean calledOff = inbox.tryCancel(ticket);
        if (calledOff) {
            tail.quality().dropped(Reason.BUSY);
        }
        return calledOff;
    }

    private void land(Shadow shadow, Outcome outcome) {
        if (outcome.isMoved()) {
            take(shadow.answered); // Another student is to be asked now.
        } else if (outcome.tagging() == null) {
            tail.quality().dropped(Reason.FAILED);
        } else {
            tail.quality()
                    .compare(
                            shadow.student,
                            shadow.answered.getTeacherTags(),
                            outcome.tagging().spans());
        }
    }

    /** Whether none is with the student. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** The task has gone, and what was with the student with it. */
    void close() {
        inbox.close();
        waiting.clear();
    }
}
