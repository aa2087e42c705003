package io.tagweir.tail;

import io.tagweir.student.Tagging;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text that is being tagged, once, for all the queries of one task that wait for it. Owned by the stream thread of
 * its task, but for {@link #canonical}.
 */
final class Flight {

    private final String key;
    private final String student;
    private final String canonical;
    private final Set<String> waiting = new LinkedHashSet<>();
    private Budget longest;
    private @Nullable Ticket ticket;
    private @Nullable Best best;

    /**
     * The best answer so far.
     *
     * @param student {@code id@version} of the student that gave it
     */
    record Best(Tagging tagging, String student) {}

    /**
     * @param key names it within its task, see {@link Flights}
     * @param student {@code id@version} of the student the queries are to be answered by
     * @param budget of the query it is begun for
     */
    Flight(String key, String student, String canonical, Budget budget) {
        this.key = key;
        this.student = student;
        this.canonical = canonical;
        this.longest = budget;
    }

    String key() {
        return key;
    }

    String student() {
        return student;
    }

    String canonical() {
        return canonical;
    }

    /** Ledger entries of the queries that wait, in the order in which they came. */
    Set<String> waiting() {
        return waiting;
    }

    /** One more query waits. */
    void join(String entry, Budget budget) {
        waiting.add(entry);
        longest = budget.until() > longest.until() ? budget : longest;
    }

    /** The budget of the query that can wait longest. */
    Budget longest() {
        return longest;
    }

    @Nullable
    Ticket ticket() {
        return ticket;
    }

    void ticket(@Nullable Ticket next) {
        ticket = next;
    }

    @Nullable
    Best best() {
        return best;
    }

    void best(Tagging tagging, String by) {
        best = new Best(tagging, by);
    }
}
