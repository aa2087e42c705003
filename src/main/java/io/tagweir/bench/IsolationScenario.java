package io.tagweir.bench;

import io.tagweir.avro.Source;

/**
 * Whether the head notices what the tail goes through: its latency at a steady rate with no misses at all, and with
 * more misses than the student can tag, so that the tail is full and sheds. Sending, carrying and counting so many more
 * queries takes its share of a small machine, whatever they are; so the same number of hits is measured, too.
 *
 * <p>Alone: {@code ./tagweir bench isolation}.
 *
 * @param application with few misses allowed to be pending
 * @param direct tells how much the student can tag
 */
public record IsolationScenario(Course course, Contender application, int headRows, DirectStudent direct) {

    private static final int HEAD_RATE = 1_000;
    private static final double OVERLOAD = 2.5;

    /** More a second than that, a sender on the same machine does not get out. */
    private static final double MOST = 60_000;

    private static final String IDLE = "isolation-idle";
    private static final String HITS = "isolation-hits";
    private static final String OVERLOADED = "isolation-overloaded";

    public void run() {
        double missRate = Math.min(MOST, OVERLOAD * direct.capacity(course));
        course.say("isolation: head at %d/s, then with %.0f misses/s".formatted(HEAD_RATE, missRate));
        var tuning = Tuning.latency(false, 100);
        double rate = HEAD_RATE + missRate;
        // First, for it warms up what the others are measured on.
        var hits = new SteadyLoad(course, application, tuning, rate, Traffic.hits(headRows)).run();
        var idle = new SteadyLoad(course, application, tuning, HEAD_RATE, Traffic.hits(headRows)).run();
        var misses = Traffic.mixed(headRows, missRate / rate);
        var overloaded = new SteadyLoad(course, application, tuning, rate, misses).run();
        report(IDLE, idle);
        report(HITS, hits);
        report(OVERLOADED, overloaded);
        var sources = overloaded.bySource();
        course.report().add(OVERLOADED, "offered_misses_per_s", Sample.of(missRate));
        double student = sources.getOrDefault(Source.STUDENT, 0);
        double shed = sources.getOrDefault(Source.SHED, 0);
        course.report().add(OVERLOADED, "shed_share", Sample.of(shed / (shed + student)));
        course.report().ratio("isolation, head p99", overloaded.headP99().over(idle.headP99()), Aim.atMost(1.5));
        course.report()
                .ratio(
                        "isolation, head p99 / with as many hits",
                        overloaded.headP99().over(hits.headP99()),
                        null);
    }

    private void report(String scenario, SteadyLoad.Windows windows) {
        course.report().add(scenario, "head_p50_ms", windows.headP50());
        course.report().add(scenario, "head_p99_ms", windows.headP99());
    }
}
