package io.tagweir.head;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.query.QueryKey;
import java.time.Instant;

/**
 * Chooses the queries that the student is measured by: held out from its training, each once per interval, and limited
 * in rate. Thread-safe; shared by the tasks of the process.
 *
 * <p>Once per interval, so that every query counts the same however popular it is.
 */
final class QualitySample {

    /** Queries remembered, about 100 bytes each. By default more than the rate limit allows in an interval. */
    private static final int MAX_REMEMBERED = 100_000;

    private final QualitySettings settings;
    private final RateLimiter limiter;
    private final Cache<String, Instant> taken = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_REMEMBERED)
            .build();

    QualitySample(QualitySettings settings) {
        this.settings = settings;
        this.limiter = new RateLimiter(settings.perSecond());
    }

    /** The share of hits to offer to {@link #tryTake}. */
    double share() {
        return settings.share();
    }

    /** Whether this query is chosen now; if so, it counts towards limit and interval. */
    boolean tryTake(QueryKey key, Instant now) {
        if (!settings.heldOut().contains(key.canonical())) {
            return false;
        }
        String text = key.text();
        var last = taken.getIfPresent(text);
        if (last != null && last.plus(settings.interval()).isAfter(now)) {
            return false;
        }
        if (!limiter.tryAcquire(now)) {
            return false;
        }
        taken.put(text, now);
        return true;
    }
}
