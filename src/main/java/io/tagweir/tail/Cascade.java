package io.tagweir.tail;

import io.tagweir.student.Tagging;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a larger student is asked after the fast one. Thread-safe.
 *
 * <p>Each stage has its strict share of a query's budget: the larger one is begun with only while the fast one's share
 * lasts, and where it would by all that is known end in time.
 *
 * @param larger null: there is none
 * @param student {@code id@version} of the larger student
 */
record Cascade(@Nullable MicroBatcher larger, String student, CascadeSettings settings) {

    /** Whether the fast student's answer stands, whatever the time. */
    boolean isFinal(Tagging fast) {
        return larger == null || fast.confidence() >= settings.sure();
    }

    /** Whether there is time for the larger one. */
    boolean hasTime(Budget budget, Urgency urgency, Instant at) {
        if (larger == null) {
            return false;
        }
        long now = at.toEpochMilli();
        return budget.isEndless()
                || (now <= budget.shareEnds(settings.fastShare())
                        && now + larger.expectedWait(urgency.rank()).toMillis() <= budget.until());
    }
}
