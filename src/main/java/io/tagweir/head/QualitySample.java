package io.tagweir.head;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.query.QueryKey;
import java.time.Instant;

/**
 * The queries that the student is measured by: those kept from its training, each once in an interval, and no more than
 * a steady number a second. Thread-safe.
 *
 * <p>Once in an interval, so that every query counts the same however often it is asked for: popular ones would say all
 * there is to say about a handful of texts.
 */
final class QualitySample {

    /** More than the cap lets pass in an interval, as both are by default; 100 bytes each. */
    private static final int MOST = 100_000;

    private final QualitySettings settings;
    private final RateCap cap;
    private final Cache<String, Instant> taken =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();

    QualitySample(QualitySettings settings) {
        this.settings = settings;
        this.cap = new RateCap(settings.perSecond());
    }

    /** Whether this query is taken now; if so, it counts against cap and interval. */
    boolean take(QueryKey key, Instant now) {
        if (!settings.heldOut().contains(key.canonical())) {
            return false;
        }
        String text = key.text();
        var last = taken.getIfPresent(text);
        if (last != null && last.plus(settings.interval()).isAfter(now)) {
            return false;
        }
        if (!cap.tryTake(now)) {
            return false;
        }
        taken.put(text, now);
        return true;
    }
}
