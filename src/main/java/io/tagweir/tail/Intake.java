package io.tagweir.tail;

import io.tagweir.avro.Pending;
import io.tagweir.avro.Source;
import io.tagweir.ledger.Ledger;
import java.time.InstantSource;
import java.util.List;

/**
 * Takes the misses of one task in: answers them from the cache, sheds them, defers them, or enters them in the ledger
 * and submits them to the student. Owned by the stream thread of its task.
 */
final class Intake {

    /** Most deferred misses that are submitted at once: a few milliseconds' work. */
    private static final int RELEASE_LIMIT = 256;

    private final Tail tail;
    private final Ledger<Pending> ledger;
    private final TailCache cache;
    private final SingleFlight singleFlight;
    private final AnswerSender answers;
    private final InstantSource clock;

    Intake(
            Tail tail,
            Ledger<Pending> ledger,
            TailCache cache,
            SingleFlight singleFlight,
            AnswerSender answers,
            InstantSource clock) {
        this.tail = tail;
        this.ledger = ledger;
        this.cache = cache;
        this.singleFlight = singleFlight;
        this.answers = answers;
        this.clock = clock;
    }

    /**
     * Answers a miss at once or takes responsibility for it.
     *
     * @param entry key of its ledger entry
     */
    void take(String entry, Pending pending) {
        take(resolve(entry, pending));
    }

    private void take(ResolvedMiss miss) {
        var now = clock.instant();
        var cached = cache.get(miss.key(), now);
        if (cached != null && (cached.last() || !tail.cascade().hasTime(miss.deadline(), miss.urgency(), now))) {
            answers.send(miss.pending(), Source.CACHE, cached.spans(), cached.student(), null);
            return;
        }
        if (miss.deadline().hasPassed(now.toEpochMilli())) {
            answers.fallBack(miss.pending(), "its deadline had passed when it was read");
            return;
        }
        var admission = tail.admission();
        String refusal = admission.noRoom(miss.miss().getPriority());
        if (refusal != null && admission.mayDefer(miss)) {
            defer(miss);
            return;
        }
        if (refusal == null && !singleFlight.has(miss.key())) {
            refusal = admission.tooLate(miss.urgency(), now);
        }
        if (refusal != null) {
            answers.send(miss.pending(), Source.SHED, List.of(), null, refusal);
            return;
        }
        ledger.take(miss.entry(), miss.pending());
        submit(miss);
    }

    private void submit(ResolvedMiss miss) {
        tail.admission().pendingChanged(1);
        singleFlight.join(miss);
    }

    /** Submits the misses of a query again, to the student that is now the one to answer each. */
    void resubmit(InFlightQuery query) {
        for (var entry : singleFlight.end(query)) {
            var pending = ledger.find(entry);
            if (pending != null) {
                singleFlight.join(resolve(entry, pending)); // Already counted as pending.
            }
        }
    }

    private void defer(ResolvedMiss miss) {
        tail.admission().deferredChanged(1);
        ledger.defer(miss.entry(), miss.pending());
    }

    /** Resumes a miss from the ledger. It was admitted once, so it is not shed now. */
    void resume(String entry, Pending pending) {
        var miss = resolve(entry, pending);
        if (tail.admission().noRoom(miss.miss().getPriority()) != null
                && tail.admission().mayDefer(miss)) {
            defer(miss);
        } else {
            submit(miss);
        }
    }

    /** Submits deferred misses while there is room for their priority. */
    void release() {
        for (int i = 0; i < RELEASE_LIMIT; i++) {
            var next = ledger.firstDeferred();
            if (next == null || tail.admission().noRoom(next.getMiss().getPriority()) != null) {
                return;
            }
            tail.admission().deferredChanged(-1);
            submit(resolve(ledger.resumeFirstDeferred(), next));
        }
    }

    private ResolvedMiss resolve(String entry, Pending pending) {
        return ResolvedMiss.of(
                entry, pending, tail.roster(), tail.rules(), tail.settings().deadlines());
    }
}
