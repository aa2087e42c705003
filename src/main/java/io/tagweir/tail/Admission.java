package io.tagweir.tail;

import io.tagweir.avro.Priority;
import io.tagweir.inference.MicroBatcher;
import io.tagweir.inference.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Admission control: decides which misses this process accepts, before they cost anything. Thread-safe; shared by all
 * tasks.
 *
 * <p>A miss is refused once the pending misses reach the high mark of its priority, until they fall below the low mark.
 * It is also refused if its deadline can't be met: by Little's law it waits for the number of requests ahead of it
 * divided by the student's recent rate.
 */
final class Admission {

    private final AdmissionSettings settings;
    private final MicroBatcher student;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger deferred = new AtomicInteger();
    private final boolean[] shedding = new boolean[Priority.values().length];

    Admission(AdmissionSettings settings, MicroBatcher student) {
        this.settings = settings;
        this.student = student;
    }

    /** Misses accepted and not answered, without the deferred ones. */
    int pending() {
        return pending.get();
    }

    int deferred() {
        return deferred.get();
    }

    void pendingChanged(int by) {
        pending.addAndGet(by);
    }

    void deferredChanged(int by) {
        deferred.addAndGet(by);
    }

    /** Why there is no room for a miss of this priority; null if there is. */
    synchronized @Nullable String noRoom(Priority priority) {
        int now = pending.get();
        int rank = priority.ordinal();
        if (now >= settings.highMark(priority)) {
            shedding[rank] = true;
        } else if (now < settings.lowMark(priority)) {
            shedding[rank] = false;
        }
        return shedding[rank] ? "the tail is full for " + priority + ": " + now + " queries pending" : null;
    }

    /** Whether misses wait for room, or soon would: shadow queries must not start. */
    boolean isBusy() {
        return deferred.get() > 0 || pending.get() >= settings.lowMark(Priority.BACKGROUND);
    }

    /** Why the student would not answer a request of this urgency in time; null if it would. */
    @Nullable
    String tooLate(Urgency urgency, Instant now) {
        if (urgency.deadline() == Deadline.NEVER) {
            return null;
        }
        var left = Duration.ofMillis(urgency.deadline() - now.toEpochMilli());
        var wait = student.expectedWait(urgency.rank());
        return wait.compareTo(left) <= 0
                ? null
                : "its deadline can't be met: it would wait " + wait.toMillis() + " ms and has " + left.toMillis();
    }

    /** Whether a miss may wait on disk for room: BACKGROUND without a deadline. */
    boolean mayDefer(ResolvedMiss miss) {
        return miss.miss().getPriority() == Priority.BACKGROUND
                && miss.deadline().isNone()
                && settings.defersBackground()
                && deferred.get() < settings.maxDeferred();
    }
}
