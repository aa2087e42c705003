package io.tagweir.tail;

import io.tagweir.inference.MicroBatcher;
import io.tagweir.inference.Urgency;
import io.tagweir.student.Tagging;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Model cascade: decides whether a larger student is asked after the fast one. Thread-safe.
 *
 * <p>Each stage has a fixed share of the time until a query's deadline. The larger student is asked only within the
 * fast student's share, and only if it is expected to answer in time.
 *
 * @param larger null: there is no larger student
 * @param student {@code id@version} of the larger student
 */
record Cascade(@Nullable MicroBatcher larger, String student, CascadeSettings settings) {

    /** Whether the fast student's answer is final, however much time is left. */
    boolean isFinal(Tagging fast) {
        return larger == null || fast.confidence() >= settings.sure();
    }

    /** Whether there is time to ask the larger student. */
    boolean hasTime(Deadline deadline, Urgency urgency, Instant at) {
        if (larger == null) {
            return false;
        }
        long now = at.toEpochMilli();
        return deadline.isNone()
                || (now <= deadline.shareEnds(settings.fastShare())
                        && now + larger.expectedWait(urgency.rank()).toMillis() <= deadline.until());
    }
}
