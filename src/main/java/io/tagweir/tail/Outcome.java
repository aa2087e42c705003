package io.tagweir.tail;

import io.tagweir.student.Tagging;
import org.jspecify.annotations.Nullable;

/**
 * What became of a ticket: the student's answer, or why there is none.
 *
 * @param tagging null where the student failed on this very query
 * @param failure why it failed
 */
record Outcome(
        Ticket ticket, @Nullable Tagging tagging, @Nullable String failure) {

    /** Its student was not loaded, and the roster has changed since: it is to be asked again who answers. */
    static Outcome moved(Ticket ticket) {
        return new Outcome(ticket, null, null);
    }

    boolean isMoved() {
        return tagging == null && failure == null;
    }
}
