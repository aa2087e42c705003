package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import java.util.function.IntFunction;

/**
 * How soon the cache of the tail follows when what is popular changes: misses drawn by Zipf's law from a popular tail,
 * which another one takes the place of after half of the time.
 *
 * <p>Alone: {@code ./tagweir bench zipf-drift}. The curve in the report is the cache's share of the answers to misses,
 * a value a second. Both halves begin with texts nobody has asked for, so the second half shows what becomes of a cache
 * full of the wrong ones.
 *
 * @param direct tells how many misses the student can bear
 */
public record DriftScenario(Course course, Contender application, int headRows, DirectStudent direct) {

    private static final String NAME = "zipf-drift";
    private static final int HEAD_RATE = 500;
    private static final double MISS_RATE = 2_000;
    private static final double BEARABLE = 0.3;
    private static final int POPULAR = 20_000;
    private static final double RECOVERED = 0.9;
    private static final Tuning TUNING = Tuning.latency(false, 100);

    public void run() {
        double missRate = Math.min(MISS_RATE, BEARABLE * direct.capacity(course));
        double rate = HEAD_RATE + missRate;
        var half = course.scale().drift();
        var pace = Pace.steady(rate, half.multipliedBy(2));
        int seconds = (int) half.toSeconds();
        course.say(
                "zipf-drift: %.0f misses/s of %d texts for %d s, then of others".formatted(missRate, POPULAR, seconds));
        var share = new HitShare(pace, 2 * seconds);
        try (var live = LiveLoad.start(course, application, TUNING, rate, Traffic.hits(headRows))) {
            live.window(course.scale().warmUp());
            var counts = live.send(pace, events(missRate / rate, pace.queries()), share);
            if (counts.answered() != pace.queries()) {
                throw new IllegalStateException(
                        application.name() + " answered " + counts.answered() + " of " + pace.queries() + " queries");
            }
        }
        report(share, seconds);
    }

    private IntFunction<QueryEvent> events(double missShare, int count) {
        var hits = new Zipf(headRows, 1, 1);
        var misses = new Zipf(POPULAR, 1, 2);
        int before = course.unasked().take(POPULAR);
        int after = course.unasked().take(POPULAR);
        return i -> {
            boolean miss = (int) ((i + 1) * missShare) > (int) (i * missShare);
            int number = miss ? misses.next() + (i < count / 2 ? before : after) : hits.next();
            return OpenLoop.event(i, Queries.text(number));
        };
    }

    private void report(HitShare share, int seconds) {
        int last = Math.max(1, seconds / 5);
        double before = share.mean(seconds - last, seconds);
        double after = share.mean(2 * seconds - last, 2 * seconds);
        course.report().curve(NAME, "cache_hit_share", share.curve());
        course.report().add(NAME, "hit_share_before", Sample.of(before));
        course.report().add(NAME, "hit_share_after", Sample.of(after));
        // Without a single hit there is nothing to recover.
        double recovery = before == 0 ? Double.NaN : share.secondsUntil(RECOVERED * before, seconds);
        double ratio = before == 0 ? Double.NaN : after / before;
        course.report().add(NAME, "seconds_to_90", Sample.of(recovery));
        course.report().ratio("zipf-drift, hit share after / before", Sample.of(ratio), Aim.atLeast(RECOVERED));
        course.say("zipf-drift: hit share %.2f before, %.2f after".formatted(before, after));
    }
}
