package io.tagweir.tail;

import io.tagweir.avro.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides which misses this process takes over, before they cost anything. Thread-safe; shared by all tasks.
 *
 * <p>A miss is refused where pending misses have reached the mark of its priority, and until they have fallen below the
 * lower mark again; and where its deadline can't be met: by Little's law the texts before it take their number over the
 * rate the student has lately worked at.
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

    /** Misses taken over and not answered, those that are deferred left out. */
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

    /** Why there is no room for a miss of this priority; null: there is. */
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

    /** Why the student would not answer a text of this urgency in time; null: it would. */
    @Nullable
    String tooLate(Urgency urgency, Instant now) {
        if (urgency.deadline() == Budget.NEVER) {
            return null;
        }
        var left = Duration.ofMillis(urgency.deadline() - now.toEpochMilli());
        var wait = student.expectedWait(urgency.rank());
        return wait.compareTo(left) <= 0
                ? null
                : "its deadline can't be met: it would wait " + wait.toMillis() + " ms and has " + left.toMillis();
    }

    /** Whether a miss without room may wait for it on disk: BACKGROUND, without a deadline. */
    boolean mayDefer(Asked asked) {
        return asked.miss().getPriority() == Priority.BACKGROUND
                && asked.budget().isEndless()
                && settings.deferBackground()
                && deferred.get() < settings.maxDeferred();
    }
}
