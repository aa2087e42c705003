package io.tagweir.tail;

import io.tagweir.inference.Request;
import io.tagweir.student.Tagging;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text that a student is tagging, once, for all misses of one task that wait for it. Owned by the stream thread of
 * its task. Its life is drawn in {@code topology-docs/tail.md}.
 */
final class InFlightQuery {

    private final String key;
    private final Set<String> waiting = new LinkedHashSet<>();
    private Deadline latest;
    private @Nullable Request<InFlightQuery> request;
    private @Nullable Best best;

    /**
     * The best answer so far.
     *
     * @param student {@code id@version} of the student that gave it
     */
    record Best(Tagging tagging, String student) {}

    /**
     * @param key unique within its task, see {@link SingleFlight}
     * @param deadline of the first miss that waits for it
     */
    InFlightQuery(String key, Deadline deadline) {
        this.key = key;
        this.latest = deadline;
    }

    String key() {
        return key;
    }

    /** Ledger entries of the misses that wait, in order of arrival. */
    Set<String> waiting() {
        return waiting;
    }

    /** Adds a miss. */
    void join(String entry, Deadline deadline) {
        waiting.add(entry);
        latest = deadline.until() > latest.until() ? deadline : latest;
    }

    /** The latest deadline of the misses that have joined. */
    Deadline latest() {
        return latest;
    }

    /** The request under way; null before the first. */
    @Nullable
    Request<InFlightQuery> request() {
        return request;
    }

    void request(Request<InFlightQuery> next) {
        request = next;
    }

    @Nullable
    Best best() {
        return best;
    }

    void best(Tagging tagging, String student) {
        best = new Best(tagging, student);
    }
}
