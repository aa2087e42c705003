package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.inference.InferenceClient;
import io.tagweir.inference.Request;
import io.tagweir.inference.RequestKey;
import io.tagweir.inference.Result;
import io.tagweir.inference.Urgency;
import io.tagweir.query.QueryKey;
import java.util.HashSet;
import java.util.Set;

/**
 * Sampled queries of one task that the head has answered and that the student tags as well, to measure its quality
 * ({@link QualityMeter}).
 *
 * <p>Nobody waits for them, so they must not delay a miss: they have the lowest rank, run alone, and are dropped while
 * misses fill the tail or too many of them wait. They are never answered and are in no ledger: a crash drops them. Only
 * the fast student is asked, not the cache or the larger student, because it is the one trained on the teacher's tags.
 *
 * <p>Owned by the stream thread of its task.
 */
final class ShadowQueries {

    /** Why a sampled query was not compared; the tag of the meter. */
    enum SkipReason {
        /** Misses fill the tail. */
        BUSY,
        /** Too many sampled queries wait. */
        FULL,
        /** The student failed on it. */
        FAILED
    }

    private final Tail tail;
    private final InferenceClient<Miss> client;
    private final int limit;
    private final Set<Request<Miss>> waiting = new HashSet<>();

    ShadowQueries(Tail tail) {
        this.tail = tail;
        this.client = tail.student().newClient();
        int ofProcess = tail.settings().maxShadows();
        this.limit = ofProcess == 0 ? 0 : Math.max(1, ofProcess / tail.tasks());
    }

    /**
     * Submits a query to the student if there is room.
     *
     * @param answered with the tags of the head
     */
    void take(Miss answered) {
        if (tail.admission().isBusy()) {
            tail.quality().dropped(SkipReason.BUSY);
        } else if (waiting.size() >= limit) {
            tail.quality().dropped(SkipReason.FULL);
        } else {
            var keyText = new QueryKey(answered.getSegment(), answered.getCanonicalQuery()).text();
            long rosterVersion = tail.roster().version();
            var student = tail.roster().at(answered.getEventTime(), keyText);
            var key = new RequestKey(student, answered.getCanonicalQuery());
            waiting.add(client.submit(answered, key, rosterVersion, Urgency.lowest()));
        }
    }

    /** Compares the results that have arrived; cancels waiting requests while misses fill the tail. */
    void collect() {
        if (waiting.isEmpty()) {
            return;
        }
        for (var result = client.poll(); result != null; result = client.poll()) {
            if (waiting.remove(result.request())) {
                compare(result);
            }
        }
        if (tail.admission().isBusy()) {
            waiting.removeIf(this::isCancelled);
        }
    }

    private boolean isCancelled(Request<Miss> request) {
        boolean cancelled = client.tryCancel(request);
        if (cancelled) {
            tail.quality().dropped(SkipReason.BUSY);
        }
        return cancelled;
    }

    private void compare(Result<Miss> result) {
        var answered = result.request().payload();
        if (result.mustRouteAgain()) {
            take(answered);
        } else if (result.tagging() == null) {
            tail.quality().dropped(SkipReason.FAILED);
        } else {
            tail.quality()
                    .compare(
                            result.request().student(),
                            answered.getTeacherTags(),
                            result.tagging().spans());
        }
    }

    /** Whether none waits. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Drops what waits. */
    void close() {
        client.close();
        waiting.clear();
    }
}
