package io.tagweir.tail;

import io.tagweir.roster.Roster;
import io.tagweir.student.Student;
import io.tagweir.tail.Hand.Lot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of the student does: take tickets, cut them into runs, and run those, until it is stopped or given
 * up.
 */
final class Worker {

    private final Lane lane;
    private final TicketQueue queue;
    private final Roster roster;
    private final BatchRunner runner;
    private final CrashLog crashes;
    private final BatchSettings settings;
    private final PieceBudget budget;
    private final Hand hand;
    private volatile boolean stopped;

    Worker(
            Lane lane,
            TicketQueue queue,
            Roster roster,
            BatchRunner runner,
            CrashLog crashes,
            BatchSettings settings,
            PieceBudget budget,
            Hand hand) {
        this.lane = lane;
        this.queue = queue;
        this.roster = roster;
        this.runner = runner;
        this.crashes = crashes;
        this.settings = settings;
        this.budget = budget;
        this.hand = hand;
    }

    Lane lane() {
        return lane;
    }

    Hand hand() {
        return hand;
    }

    /** Has the thread end after the run in hand. */
    void stop() {
        stopped = true;
    }

    /**
     * The thread's whole life.
     *
     * @param hung a student that is to be loaded anew first, where it still is the one in use; null: none
     */
    void work(@Nullable Student hung) throws InterruptedException {
        if (hung != null && !renew(hung)) {
            return;
        }
        while (!stopped) {
            var lot = hand.next();
            if (lot == null) {
                hand.add(byStudent(queue.take(lane)));
            } else if (!run(lot)) {
                return;
            }
        }
    }

    private boolean renew(Student hung) {
        hand.beginLoad();
        try {
            roster.renew(hung);
        } catch (RuntimeException failure) {
            runner.notRenewed(hung, failure);
        }
        return hand.end();
    }

    private static List<Lot> byStudent(List<Ticket> tickets) {
        var grouped = new LinkedHashMap<String, List<Ticket>>();
        tickets.forEach(ticket -> grouped.computeIfAbsent(ticket.student(), student -> new ArrayList<>())
                .add(ticket));
        var lots = new ArrayList<Lot>();
        grouped.forEach((student, of) -> lots.add(new Lot(student, of, 0)));
        return lots;
    }

    /** False where the thread is to end. */
    private boolean run(Lot lot) throws InterruptedException {
        var lease = roster.acquire(lot.student());
        if (lease.isEmpty()) {
            queue.park(lot.tickets());
            return true;
        }
        try (var held = lease.get()) {
            var student = held.student();
            for (var batch : cut(lot, runner.encode(student, lot.tickets()))) {
                if (stopped || !run(student, batch)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean run(Student student, List<Piece> batch) throws InterruptedException {
        var first = batch.get(0).ticket();
        return crashes.isSuspect(first)
                ? crashes.runAlone(first, () -> runner.run(student, batch, hand))
                : runner.run(student, batch, hand);
    }

    /**
     * What has hung on a fresh session, too, is run one by one, so that each hang costs one query and one thread; so
     * is, after all others, what may take the process down.
     */
    private List<List<Piece>> cut(Lot lot, List<Piece> pieces) {
        if (lot.hangs() > 1) {
            return oneByOne(pieces);
        }
        var others = new ArrayList<Piece>();
        var suspects = new ArrayList<Piece>();
        pieces.forEach(piece -> (crashes.isSuspect(piece.ticket()) ? suspects : others).add(piece));
        var runs = new ArrayList<>(Batches.cut(others, settings, budget.now()));
        runs.addAll(oneByOne(suspects));
        return runs;
    }

    private static List<List<Piece>> oneByOne(List<Piece> pieces) {
        return pieces.stream().map(List::of).toList();
    }
}
