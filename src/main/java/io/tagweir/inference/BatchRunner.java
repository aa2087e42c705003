package io.tagweir.inference;

import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.meter.TaggedCounter;
import io.tagweir.student.DeviceMemoryException;
import io.tagweir.student.NonFiniteLogitsException;
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
 * Runs a student and gives every request of a run a result of its own, also when the run fails.
 *
 * <p>A run that throws is split in halves until the query that causes it is alone: one bad query in {@code n} costs
 * {@code 2 log2(n)} more runs. If the device had too little memory, smaller runs are planned for a while. If only some
 * outputs are not finite, the others are delivered at once. Thread-safe; shared by the workers of a
 * {@link MicroBatcher}.
 */
final class BatchRunner {

    private static final Logger log = LoggerFactory.getLogger(BatchRunner.class);

    private final TokenBudget budget;
    private final ServiceRate rate;
    private final CrashJournal journal;
    private final Guardrails guardrails;
    private final Meters meters;
    private final TaggedCounter<StudentFault> faults;
    private final LongSupplier nanos;

    BatchRunner(
            TokenBudget budget,
            ServiceRate rate,
            CrashJournal journal,
            Guardrails guardrails,
            Meters meters,
            LongSupplier nanos) {
        this.budget = budget;
        this.rate = rate;
        this.journal = journal;
        this.guardrails = guardrails;
        this.meters = meters;
        faults = meters.counter(MeterName.STUDENT_FAULTS, StudentFault.class);
        this.nanos = nanos;
    }

    /** Tokenizes requests. One that the student can't tokenize, or must not run again, fails and is left out. */
    List<EncodedRequest> encode(Student student, List<Request<?>> requests) {
        var encoded = new ArrayList<EncodedRequest>(requests.size());
        for (var request : requests) {
            if (journal.isPoison(request)) {
                fail(request, StudentFault.CRASH, "the process died while it ran");
                continue;
            }
            try {
                encoded.add(new EncodedRequest(request, student.encode(request.text())));
            } catch (RuntimeException failure) {
                fail(request, StudentFault.ITEM, reason(failure));
            }
        }
        return encoded;
    }

    /**
     * Runs requests until each has its result.
     *
     * @return false if the worker was given up meanwhile: the requests belong to another worker
     */
    boolean run(Student student, List<EncodedRequest> run, WorkerState state) {
        state.begin(student, run);
        long start = nanos.getAsLong();
        List<Tagging> answers;
        try {
            answers = answers(student, run);
        } catch (RuntimeException failure) {
            return state.end() && recover(student, run, failure, state);
        }
        if (!state.end()) {
            return false;
        }
        long took = nanos.getAsLong() - start;
        if (isAwaited(run.get(0).request())) { // A run of one at the lowest rank says nothing about the rate.
            rate.add(run.size(), took);
        }
        meters.studentRun(run.size(), Duration.ofNanos(took));
        for (int i = 0; i < run.size(); i++) {
            complete(run.get(i).request(), answers.get(i));
        }
        return true;
    }

    private static List<Tagging> answers(Student student, List<EncodedRequest> run) {
        var answers = student.run(run.stream().map(EncodedRequest::encoded).toList());
        if (answers.size() != run.size()) {
            throw new StudentException("it gave " + answers.size() + " answers to " + run.size() + " queries");
        }
        return answers;
    }

    private boolean recover(Student student, List<EncodedRequest> run, RuntimeException failure, WorkerState state) {
        if (failure instanceof NonFiniteLogitsException some) {
            for (int i = 0; i < run.size(); i++) {
                var request = run.get(i).request();
                some.answers()
                        .get(i)
                        .ifPresentOrElse(
                                answer -> complete(request, answer),
                                () -> fail(request, StudentFault.NOT_FINITE, "its answer is not a finite number"));
            }
            return true;
        }
        if (failure instanceof DeviceMemoryException) {
            faults.increment(StudentFault.DEVICE_MEMORY);
            budget.exceeded(EncodedRequest.paddedTokens(run));
        }
        if (run.size() == 1) {
            fail(run.get(0).request(), StudentFault.ITEM, reason(failure));
            return true;
        }
        int middle = run.size() / 2;
        return run(student, run.subList(0, middle), state) && run(student, run.subList(middle, run.size()), state);
    }

    /** A student that hung can't be reloaded. Its session stays in use, as the query may have been the cause. */
    void reloadFailed(Student hung, RuntimeException failure) {
        faults.increment(StudentFault.RENEWAL);
        log.warn(
                "The student {} hung and could not be reloaded; its session stays in use: {}",
                hung.id(),
                reason(failure));
    }

    /** The student has no answer to this request and never will. */
    void fail(Request<?> request, StudentFault fault, String reason) {
        if (fault != StudentFault.HANG) { // Counted when the worker was given up.
            faults.increment(fault);
        }
        if (isAwaited(request)) {
            meters.studentFailure();
        }
        request.fail("the student failed: " + reason);
    }

    /** Delivers what the guardrails keep of an answer; its confidence is unchanged. */
    private void complete(Request<?> request, Tagging answer) {
        var kept = guardrails.filter(request.text(), answer.spans());
        request.complete(new Tagging(kept, answer.confidence()));
    }

    private static boolean isAwaited(Request<?> request) {
        return request.urgency().isAwaited();
    }

    private static String reason(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
