package io.tagweir.tail;

import io.tagweir.meter.Meters;
import io.tagweir.student.DeviceMemoryException;
import io.tagweir.student.NotFiniteException;
import io.tagweir.student.Student;
import io.tagweir.student.StudentException;
import io.tagweir.student.Tagging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches, and sees to it that every query of a batch that fails gets an outcome of its own.
 *
 * <p>A batch the student throws on is halved until the query that spoils it stands alone: of {@code n} queries one bad
 * costs {@code 2 log2(n)} further runs. Where the device had no memory, smaller batches are cut for a while, too. Where
 * only some answers are no numbers, the others go out at once. Thread-safe; shared by the threads of a
 * {@link MicroBatcher}.
 */
final class BatchRunner {

    private static final Logger log = LoggerFactory.getLogger(BatchRunner.class);

    private final PieceBudget budget;
    private final ServiceRate rate;
    private final CrashLog crashes;
    private final Guardrails guardrails;
    private final Meters meters;
    private final LongSupplier nanos;

    BatchRunner(
            PieceBudget budget,
            ServiceRate rate,
            CrashLog crashes,
            Guardrails guardrails,
            Meters meters,
            LongSupplier nanos) {
        this.budget = budget;
        this.rate = rate;
        this.crashes = crashes;
        this.guardrails = guardrails;
        this.meters = meters;
        this.nanos = nanos;
    }

    /** The student's terms for the texts; a ticket whose text it can't or must not take fails and is left out. */
    List<Piece> encode(Student student, List<Ticket> tickets) {
        var pieces = new ArrayList<Piece>(tickets.size());
        for (var ticket : tickets) {
            if (crashes.isToBlame(ticket)) {
                fail(ticket, Fault.CRASH, "the process died while it ran");
                continue;
            }
            try {
                pieces.add(new Piece(ticket, student.encode(ticket.canonical())));
            } catch (RuntimeException failure) {
                fail(ticket, Fault.ITEM, reason(failure));
            }
        }
        return pieces;
    }

    /**
     * Runs a batch to the end: each of its tickets has its outcome.
     *
     * @return false where the run hung and was given up meanwhile, and the tickets are somebody else's
     */
    boolean run(Student student, List<Piece> batch, Hand hand) {
        hand.begin(student, batch);
        long start = nanos.getAsLong();
        List<Tagging> answers;
        try {
            answers = answers(student, batch);
        } catch (RuntimeException failure) {
            return hand.end() && recover(student, batch, failure, hand);
        }
        if (!hand.end()) {
            return false;
        }
        long took = nanos.getAsLong() - start;
        if (isWaitedFor(batch.get(0).ticket())) { // What runs alone says nothing of how fast batches are.
            rate.ran(batch.size(), took);
        }
        meters.studentRun(batch.size(), Duration.ofNanos(took));
        for (int i = 0; i < batch.size(); i++) {
            answer(batch.get(i).ticket(), answers.get(i));
        }
        return true;
    }

    private static List<Tagging> answers(Student student, List<Piece> batch) {
        var answers = student.run(batch.stream().map(Piece::encoded).toList());
        if (answers.size() != batch.size()) {
            throw new StudentException("it gave " + answers.size() + " answers to " + batch.size() + " queries");
        }
        return answers;
    }

    private boolean recover(Student student, List<Piece> batch, RuntimeException failure, Hand hand) {
        if (failure instanceof NotFiniteException some) {
            for (int i = 0; i < batch.size(); i++) {
                var ticket = batch.get(i).ticket();
                some.answers()
                        .get(i)
                        .ifPresentOrElse(
                                answer -> answer(ticket, answer),
                                () -> fail(ticket, Fault.NOT_FINITE, "its answer is not a finite number"));
            }
            return true;
        }
        if (failure instanceof DeviceMemoryException) {
            meters.studentFault(Fault.DEVICE_MEMORY.name());
            budget.tooMuch(Piece.padded(batch));
        }
        if (batch.size() == 1) {
            fail(batch.get(0).ticket(), Fault.ITEM, reason(failure));
            return true;
        }
        int middle = batch.size() / 2;
        return run(student, batch.subList(0, middle), hand) && run(student, batch.subList(middle, batch.size()), hand);
    }

    /**
     * The student hung and can't be loaded anew: it may have been the query and not the session, so the old one goes
     * on.
     */
    void notRenewed(Student hung, RuntimeException failure) {
        meters.studentFault(Fault.RENEWAL.name());
        log.warn("the student {} hung and goes on as it is: {}", hung.id(), reason(failure));
    }

    /** The student has no answer to this ticket and will have none. */
    void fail(Ticket ticket, Fault fault, String reason) {
        if (fault != Fault.HANG) { // counted when it was given up
            meters.studentFault(fault.name());
        }
        if (isWaitedFor(ticket)) {
            meters.studentFailure();
        }
        deliver(new Outcome(ticket, null, "the student failed: " + reason));
    }

    /** What the guardrails leave of an answer goes out; it is as sure as it was. */
    private void answer(Ticket ticket, Tagging answer) {
        var kept = guardrails.keep(ticket.canonical(), answer.spans());
        deliver(new Outcome(ticket, new Tagging(kept, answer.confidence()), null));
    }

    private static boolean isWaitedFor(Ticket ticket) {
        return ticket.urgency().isAny();
    }

    private static void deliver(Outcome outcome) {
        if (outcome.ticket().tryAnswer()) {
            outcome.ticket().inbox().deliver(outcome);
        }
    }

    private static String reason(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
