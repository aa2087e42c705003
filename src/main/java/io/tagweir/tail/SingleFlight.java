package io.tagweir.tail;

import io.tagweir.inference.InferenceClient;
import io.tagweir.inference.RequestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Coalesces the misses of one task: concurrent misses of the same text cost one request. Also keeps their deadlines.
 * Owned by the stream thread of its task.
 *
 * <p>The key of an in-flight query is that of {@link TailCache}: student version and key text.
 */
final class SingleFlight {

    /** A miss and the time at which it is answered at the latest. */
    record Due(long deadline, String entry, InFlightQuery query) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return Long.compare(deadline, other.deadline);
        }
    }

    /** Smallest number of deadlines at which those of answered misses are removed. */
    private static final int MIN_PURGE = 1_024;

    private final InferenceClient<InFlightQuery> client;
    private final Map<String, InFlightQuery> byKey = new HashMap<>();
    private final PriorityQueue<Due> byDeadline = new PriorityQueue<>();
    private int purgeAt = MIN_PURGE;

    SingleFlight(InferenceClient<InFlightQuery> client) {
        this.client = client;
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** Adds a miss to the in-flight query of its text; submits the text if none is in flight. */
    void join(ResolvedMiss miss) {
        var query = byKey.computeIfAbsent(miss.key(), key -> new InFlightQuery(key, miss.deadline()));
        query.join(miss.entry(), miss.deadline());
        var request = query.request();
        if (request == null) {
            var key = new RequestKey(miss.student(), miss.miss().getCanonicalQuery());
            query.request(client.submit(query, key, miss.rosterVersion(), miss.urgency()));
        } else {
            request.client().raise(request, miss.urgency());
        }
        if (!miss.deadline().isNone()) {
            byDeadline.add(new Due(miss.deadline().until(), miss.entry(), query));
            purge();
        }
    }

    /** Removes the deadlines of answered misses once they may be half of all. */
    private void purge() {
        if (byDeadline.size() >= purgeAt) {
            byDeadline.removeIf(due -> !due.query().waiting().contains(due.entry()));
            purgeAt = Math.max(MIN_PURGE, 2 * byDeadline.size());
        }
    }

    /**
     * Ends an in-flight query; the next miss of its text starts another.
     *
     * @return the ledger entries of the misses that waited, in order of arrival
     */
    List<String> end(InFlightQuery query) {
        byKey.remove(query.key(), query);
        var waited = List.copyOf(query.waiting());
        query.waiting().clear();
        return waited;
    }

    /** Removes and returns the next miss whose deadline has passed; null if there is none. */
    @Nullable
    Due pollDue(long now) {
        for (var due = byDeadline.peek(); due != null && due.deadline() <= now; due = byDeadline.peek()) {
            byDeadline.remove();
            if (due.query().waiting().remove(due.entry())) {
                cancelIfUnused(due.query());
                return due;
            }
        }
        return null;
    }

    /** A text that no miss waits for is not tagged, unless a worker has claimed its request. */
    private void cancelIfUnused(InFlightQuery query) {
        var request = query.request();
        if (query.waiting().isEmpty() && request != null && request.client().tryCancel(request)) {
            end(query);
        }
    }
}
