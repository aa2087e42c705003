package io.tagweir.tail;

import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.inference.InferenceClient;
import io.tagweir.inference.RequestKey;
import io.tagweir.inference.Result;
import io.tagweir.inference.Urgency;
import io.tagweir.ledger.Ledger;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pending misses of one task: with the students' results, or with the best answer so far when their
 * deadline passes. Owned by the stream thread of its task.
 */
final class Completion {

    private final Tail tail;
    private final Ledger<Pending> ledger;
    private final TailCache cache;
    private final SingleFlight singleFlight;
    private final AnswerSender answers;
    private final Intake intake;
    private final InferenceClient<InFlightQuery> client;
    private final @Nullable InferenceClient<InFlightQuery> larger;
    private final InstantSource clock;

    Completion(
            Tail tail,
            Ledger<Pending> ledger,
            TailCache cache,
            SingleFlight singleFlight,
            AnswerSender answers,
            Intake intake,
            InferenceClient<InFlightQuery> client,
            @Nullable InferenceClient<InFlightQuery> larger,
            InstantSource clock) {
        this.tail = tail;
        this.ledger = ledger;
        this.cache = cache;
        this.singleFlight = singleFlight;
        this.answers = answers;
        this.intake = intake;
        this.client = client;
        this.larger = larger;
        this.clock = clock;
    }

    /** Whether no request of this task is under way. */
    boolean isIdle() {
        return client.isIdle() && (larger == null || larger.isIdle());
    }

    /** Answers every miss that has a result or whose deadline has passed. */
    void collect() {
        for (var result = client.poll(); result != null; result = client.poll()) {
            handleFast(result);
        }
        for (var result = pollLarger(); result != null; result = pollLarger()) {
            handleLarger(result);
        }
        expire();
    }

    private @Nullable Result<InFlightQuery> pollLarger() {
        return larger == null ? null : larger.poll();
    }

    /** Handles a result of the fast student: it is final, or the larger student is asked, too. */
    private void handleFast(Result<InFlightQuery> result) {
        var query = result.request().payload();
        if (result.mustRouteAgain()) {
            intake.resubmit(query);
            return;
        }
        var tagging = result.tagging();
        var urgency = result.request().urgency();
        if (larger == null
                || query.waiting().isEmpty()
                || (tagging != null && tail.cascade().isFinal(tagging))
                || !tail.cascade().hasTime(query.latest(), urgency, clock.instant())) {
            complete(result);
            return;
        }
        if (tagging != null) {
            query.best(tagging, result.request().student());
        }
        askLarger(larger, result, urgency);
    }

    private void askLarger(InferenceClient<InFlightQuery> larger, Result<InFlightQuery> result, Urgency urgency) {
        var query = result.request().payload();
        var key = new RequestKey(tail.cascade().student(), result.request().text());
        query.request(larger.submit(query, key, larger.routingVersion(), urgency));
    }

    /** Handles a result of the larger student. If it was reloaded meanwhile, it is asked again. */
    private void handleLarger(Result<InFlightQuery> result) {
        boolean awaited = !result.request().payload().waiting().isEmpty();
        if (larger != null && result.mustRouteAgain() && awaited) {
            askLarger(larger, result, result.request().urgency());
        } else {
            complete(result);
        }
    }

    private void complete(Result<InFlightQuery> result) {
        var query = result.request().payload();
        if (result.tagging() != null) {
            query.best(result.tagging(), result.request().student());
        }
        var best = query.best();
        if (best != null) {
            boolean larger = result.request().client() == this.larger && !result.mustRouteAgain();
            boolean last = larger || tail.cascade().isFinal(best.tagging());
            cache.put(query.key(), best.student(), best.tagging().spans(), last, clock.instant());
        }
        for (var entry : singleFlight.end(query)) {
            var pending = settle(entry);
            if (pending != null) {
                answer(pending, best, best == null ? result.failure() : null);
            }
        }
    }

    /** Answers the misses whose deadline has passed with the best answer so far. */
    private void expire() {
        long now = clock.millis();
        for (var due = singleFlight.pollDue(now); due != null; due = singleFlight.pollDue(now)) {
            var pending = settle(due.entry());
            if (pending != null) {
                var best = due.query().best();
                answer(
                        pending,
                        best,
                        best == null
                                ? "its deadline passed before the student answered"
                                : "its deadline passed before the larger student answered");
            }
        }
    }

    private void answer(Pending pending, InFlightQuery.@Nullable Best best, @Nullable String detail) {
        if (best == null) {
            answers.fallBack(pending, String.valueOf(detail));
        } else {
            answers.send(pending, Source.STUDENT, best.tagging().spans(), best.student(), detail);
        }
    }

    private @Nullable Pending settle(String entry) {
        var pending = ledger.answer(entry);
        if (pending != null) {
            tail.admission().pendingChanged(-1);
        }
        return pending;
    }

    /** Closes the clients. Pending misses stay in the ledger. */
    void close() {
        client.close();
        if (larger != null) {
            larger.close();
        }
    }
}
