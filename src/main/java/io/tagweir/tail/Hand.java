package io.tagweir.tail;

import io.tagweir.student.Student;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a thread of the student has in hand: lots that it has not begun with, and the run under way.
 *
 * <p>Shared by that thread and the watchdog, which gives the thread up where its run takes too long, and hands what is
 * left to another. From then on {@link #end} tells the thread that nothing here is its own any more, so its late result
 * goes nowhere. The run under way is kept where it outlives the process, too. Thread-safe.
 */
final class Hand {

    /**
     * Tickets of one student that were taken together.
     *
     * @param hangs how often a run of all these tickets has hung
     */
    record Lot(String student, List<Ticket> tickets, int hangs) {}

    /**
     * What a thread that was given up leaves.
     *
     * @param student what hangs; null where the thread was loading one
     * @param hung what it was running, this hang counted; null with {@code student}
     * @param lots the rest, in their order
     */
    record Left(@Nullable Student student, @Nullable Lot hung, List<Lot> lots) {}

    /** Longest the load of a student may take: a second is usual, a large model on a GPU takes several. */
    private static final Duration LOAD_LIMIT = Duration.ofSeconds(60);

    private final Deque<Lot> lots;
    private final RunPage page;
    private final Duration runLimit;
    private final LongSupplier nanos;
    private @Nullable Lot lot;
    private @Nullable Student student;
    private @Nullable List<Piece> running;
    private long since;
    private Duration limit = LOAD_LIMIT;
    private boolean givenUp;

    /**
     * @param page of the thread
     * @param runLimit longest a run may take
     */
    Hand(Collection<Lot> lots, RunPage page, Duration runLimit, LongSupplier nanos) {
        this.lots = new ArrayDeque<>(lots);
        this.page = page;
        this.runLimit = runLimit;
        this.nanos = nanos;
    }

    synchronized void add(Collection<Lot> taken) {
        lots.addAll(taken);
    }

    /** The lot to go on with; null: there is none. */
    synchronized @Nullable Lot next() {
        lot = lots.poll();
        return lot;
    }

    /** A run of these tickets of the present lot begins. */
    synchronized void begin(Student by, List<Piece> batch) {
        student = by;
        page.begin(batch);
        begin(batch, runLimit);
    }

    /** The load of a student begins. */
    synchronized void beginLoad() {
        student = null;
        begin(List.of(), LOAD_LIMIT);
    }

    private void begin(List<Piece> batch, Duration within) {
        running = batch;
        limit = within;
        since = nanos.getAsLong();
    }

    /** What was begun has returned; false: too late, the thread was given up. */
    synchronized boolean end() {
        running = null;
        page.end();
        return !givenUp;
    }

    /** Gives the thread up if what it does takes too long; null: it doesn't, or was given up before. */
    synchronized @Nullable Left giveUp() {
        var batch = running;
        if (batch == null || givenUp || nanos.getAsLong() - since < limit.toNanos()) {
            return null;
        }
        givenUp = true;
        var rest = new ArrayList<>(lots);
        var present = lot;
        if (present == null || student == null) {
            return new Left(null, null, rest);
        }
        var hung = batch.stream().map(Piece::ticket).toList();
        var others = present.tickets().stream()
                .filter(ticket -> ticket.isTaken() && !hung.contains(ticket))
                .toList();
        if (!others.isEmpty()) {
            rest.add(0, new Lot(present.student(), others, present.hangs()));
        }
        return new Left(student, new Lot(present.student(), hung, present.hangs() + 1), rest);
    }

    synchronized boolean isGivenUp() {
        return givenUp;
    }
}
