package io.tagweir.tail;

import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.ledger.Ledger;
import java.time.InstantSource;
import java.util.List;

/**
 * How a miss comes into one task of the tail: from the cache, by refusal, deferred, or into the ledger and to the
 * student. Owned by the stream thread of its task.
 */
final class Intake {

    /** Deferred queries that are released at a look: a few milliseconds' work. */
    private static final int LOT = 256;

    private final Tail tail;
    private final Ledger<Pending> ledger;
    private final TailCache cache;
    private final Flights flights;
    private final Answers answers;
    private final InstantSource clock;

    Intake(Tail tail, Ledger<Pending> ledger, TailCache cache, Flights flights, Answers answers, InstantSource clock) {
        this.tail = tail;
        this.ledger = ledger;
        this.cache = cache;
        this.flights = flights;
        this.answers = answers;
        this.clock = clock;
    }

    /** Takes a miss over, under the name of its entry, or answers it at once. */
    void take(String entry, Pending pending) {
        take(asked(entry, pending));
    }

    private void take(Asked asked) {
        var now = clock.instant();
        var kept = cache.get(asked.key(), now);
        if (kept != null && (kept.last() || !tail.cascade().hasTime(asked.budget(), asked.urgency(), now))) {
            answers.send(asked.pending(), Source.CACHE, kept.spans(), kept.student(), null);
            return;
        }
        if (asked.budget().isOver(now.toEpochMilli())) {
            answers.fallBack(asked.pending(), "its deadline had passed when it was read");
            return;
        }
        var admission = tail.admission();
        String refusal = admission.noRoom(asked.miss().getPriority());
        if (refusal != null && admission.mayDefer(asked)) {
            defer(asked);
            return;
        }
        if (refusal == null && !flights.has(asked.key())) {
            refusal = admission.tooLate(asked.urgency(), now);
        }
        if (refusal != null) {
            answers.send(asked.pending(), Source.SHED, List.of(), null, refusal);
            return;
        }
        ledger.take(asked.entry(), asked.pending());
        board(asked);
    }

    private void board(Asked asked) {
        tail.admission().pendingChanged(1);
        flights.join(asked);
    }

    /** Who answers these queries is asked anew: their student was swapped before it was asked. */
    void reboard(Flight flight) {
        for (var entry : flights.land(flight)) {
            var pending = ledger.find(entry);
            if (pending != null) {
                flights.join(asked(entry, pending)); // Counted as pending already.
            }
        }
    }

    private void defer(Asked asked) {
        tail.admission().deferredChanged(1);
        ledger.park(asked.entry(), asked.pending());
    }

    /** What a predecessor took over. It has been let in once, so it is not refused now. */
    void resume(String entry, Pending pending) {
        var asked = asked(entry, pending);
        if (tail.admission().noRoom(asked.miss().getPriority()) != null
                && tail.admission().mayDefer(asked)) {
            defer(asked);
        } else {
            board(asked);
        }
    }

    /** Hands deferred queries to the student while there is room for their priority. */
    void release() {
        for (int i = 0; i < LOT; i++) {
            var next = ledger.firstParked();
            if (next == null || tail.admission().noRoom(next.getMiss().getPriority()) != null) {
                return;
            }
            tail.admission().deferredChanged(-1);
            board(asked(ledger.unpark(), next));
        }
    }

    private Asked asked(String entry, Pending pending) {
        return Asked.of(
                entry, pending, tail.roster(), tail.rules(), tail.settings().deadlines());
    }
}
