package io.tagweir.tail;

import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.ledger.Ledger;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a miss leaves one task of the tail: with what the students say, or with the best there is when its time is up.
 * Owned by the stream thread of its task.
 */
final class Landing {

    private final Tail tail;
    private final Ledger<Pending> ledger;
    private final TailCache cache;
    private final Flights flights;
    private final Answers answers;
    private final Intake intake;
    private final Inbox inbox;
    private final @Nullable Inbox larger;
    private final InstantSource clock;

    Landing(
            Tail tail,
            Ledger<Pending> ledger,
            TailCache cache,
            Flights flights,
            Answers answers,
            Intake intake,
            Inbox inbox,
            @Nullable Inbox larger,
            InstantSource clock) {
        this.tail = tail;
        this.ledger = ledger;
        this.cache = cache;
        this.flights = flights;
        this.answers = answers;
        this.intake = intake;
        this.inbox = inbox;
        this.larger = larger;
        this.clock = clock;
    }

    /** Whether no student has anything of this task's. */
    boolean isIdle() {
        return inbox.isIdle() && (larger == null || larger.isIdle());
    }

    /** Answers all that can be answered now. */
    void collect() {
        for (var outcome = inbox.poll(); outcome != null; outcome = inbox.poll()) {
            landFast(outcome);
        }
        for (var outcome = pollLarger(); outcome != null; outcome = pollLarger()) {
            landLarger(outcome);
        }
        expire();
    }

    private @Nullable Outcome pollLarger() {
        return larger == null ? null : larger.poll();
    }

    /** The fast student has answered, or failed: it stands, or the larger one is asked as well. */
    private void landFast(Outcome outcome) {
        var flight = outcome.ticket().flight();
        if (outcome.isMoved()) {
            intake.reboard(flight);
            return;
        }
        var tagging = outcome.tagging();
        var urgency = outcome.ticket().urgency();
        if (larger == null
                || flight.waiting().isEmpty()
                || (tagging != null && tail.cascade().isFinal(tagging))
                || !tail.cascade().hasTime(flight.longest(), urgency, clock.instant())) {
            land(outcome);
            return;
        }
        if (tagging != null) {
            flight.best(tagging, outcome.ticket().student());
        }
        askLarger(larger, flight, urgency);
    }

    private void askLarger(Inbox larger, Flight flight, Urgency urgency) {
        flight.ticket(larger.offer(flight, tail.cascade().student(), larger.rosterVersion(), urgency));
    }

    /** The larger student has answered, or failed; or it was reloaded just then, and is asked again. */
    private void landLarger(Outcome outcome) {
        var flight = outcome.ticket().flight();
        if (larger != null && outcome.isMoved() && !flight.waiting().isEmpty()) {
            askLarger(larger, flight, outcome.ticket().urgency());
        } else {
            land(outcome);
        }
    }

    private void land(Outcome outcome) {
        var flight = outcome.ticket().flight();
        if (outcome.tagging() != null) {
            flight.best(outcome.tagging(), outcome.ticket().student());
        }
        var best = flight.best();
        if (best != null) {
            boolean last = outcome.ticket().inbox() == larger || tail.cascade().isFinal(best.tagging());
            cache.put(flight.key(), best.student(), best.tagging().spans(), last, clock.instant());
        }
        for (var entry : flights.land(flight)) {
            var pending = close(entry);
            if (pending != null) {
                answer(pending, best, best == null ? outcome.failure() : null);
            }
        }
    }

    /** Whose time is up gets the best there is. */
    private void expire() {
        long now = clock.millis();
        for (var due = flights.nextDue(now); due != null; due = flights.nextDue(now)) {
            var pending = close(due.entry());
            if (pending != null) {
                var best = due.flight().best();
                answer(
                        pending,
                        best,
                        best == null
                                ? "its deadline passed before the student answered"
                                : "its deadline passed before the larger student answered");
            }
        }
    }

    private void answer(Pending pending, Flight.@Nullable Best best, @Nullable String detail) {
        if (best == null) {
            answers.fallBack(pending, String.valueOf(detail));
        } else {
            answers.send(pending, Source.STUDENT, best.tagging().spans(), best.student(), detail);
        }
    }

    private @Nullable Pending close(String entry) {
        var pending = ledger.answer(entry);
        if (pending != null) {
            tail.admission().pendingChanged(-1);
        }
        return pending;
    }

    /** The task has gone: its queries are in the ledger. */
    void close() {
        inbox.close();
        if (larger != null) {
            larger.close();
        }
    }
}
