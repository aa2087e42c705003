package io.tagweir.app.bench;

import static io.tagweir.bench.Target.atLeast;
import static io.tagweir.bench.Target.atMost;

import io.tagweir.avro.Priority;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.RateProfile.Phase;
import io.tagweir.bench.Sample;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a tenfold burst of misses does to the head's latency, and to the misses that somebody waits for.
 *
 * <p>Before and after the burst there are 0.15 of the misses that the student alone can tag, so the burst has more than
 * it can. Of ten misses one is INTERACTIVE and has a deadline, six are STANDARD, three BACKGROUND.
 */
record BurstScenario(BenchContext context, Systems systems) {

    private static final String NAME = "burst";
    private static final int IDLE = 0;
    private static final int BURST = 1;
    private static final String[] PHASES = {"idle", "burst", "after"};
    private static final int HIT_RATE = 1_000;
    private static final double IDLE_SHARE = 0.15;
    private static final int FACTOR = 10;

    /** A generator on the same machine can't send more than ten times as many misses per second. */
    private static final double MAX_MISS_RATE = 6_000;

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** What a burst leaves behind is worked off in seconds. */
    private static final Map<String, String> QUEUE = Map.of("tail.pending.max.queries", "20000");

    void run() {
        double capacity = systems.directStudent().capacity(context.misses());
        double missRate = Math.min(MAX_MISS_RATE, IDLE_SHARE * capacity);
        context.say("burst: %d hits/s, %.0f misses/s, then %.0f misses/s; the student alone tags %.0f/s"
                .formatted(HIT_RATE, missRate, missRate * FACTOR, capacity));
        var profile = profile(HIT_RATE, missRate, context.pick(12, 3), context.pick(30, 6), context.pick(5, 1));
        AnswerCounter answers;
        try (var load = new LoadRun(context, systems.small().with(NAME, QUEUE), SystemUnderTest.LATENCY)) {
            load.window(HIT_RATE, missRate, context.warmUp());
            answers = load.send(profile, prioritised(profile, context.queries(profile, 1)));
        }
        var report = context.report();
        report.add(NAME, "capacity_per_s", capacity);
        report.add(NAME, "misses_per_s", missRate * FACTOR);
        head(profile, answers);
        misses(profile, answers);
        double accounted = profile.queries() - answers.missing();
        report.ratio("burst, accounted for / sent", Sample.of(accounted / profile.queries()), atLeast(1));
        report.add(NAME, "repeated", Sample.of(answers.counts().duplicated()), atMost(0));
    }

    static RateProfile profile(double hitRate, double missRate, int idleSeconds, int burstSeconds, int afterSeconds) {
        return new RateProfile(
                Phase.of(hitRate, missRate, Duration.ofSeconds(idleSeconds)),
                Phase.of(hitRate, missRate * FACTOR, Duration.ofSeconds(burstSeconds)),
                Phase.of(hitRate, missRate, Duration.ofSeconds(afterSeconds)));
    }

    static IntFunction<QueryEvent> prioritised(RateProfile profile, IntFunction<QueryEvent> queries) {
        return number -> {
            var query = queries.apply(number);
            if (profile.isMiss(number)) {
                var priority = priority(profile, number);
                query.setPriority(priority);
                query.setDeadlineMs(priority == Priority.INTERACTIVE ? (int) DEADLINE.toMillis() : null);
            }
            return query;
        };
    }

    /** Priority of a miss. */
    static Priority priority(RateProfile profile, int number) {
        return switch (profile.missesBefore(number) % 10) {
            case 0 -> Priority.INTERACTIVE;
            case 2, 5, 8 -> Priority.BACKGROUND;
            default -> Priority.STANDARD;
        };
    }

    private void head(RateProfile profile, AnswerCounter answers) {
        var report = context.report();
        var window = context.window();
        for (int phase = 0; phase < PHASES.length; phase++) {
            report.add(NAME, "head_p99_ms_" + PHASES[phase], headP99(profile, answers, phase, window));
        }
        double idle = headP99(profile, answers, IDLE, window).median();
        var burst = headP99(profile, answers, BURST, window);
        var ratios = burst.rounds().stream().map(p99 -> p99 / idle).toList();
        report.ratio("burst, head p99 / idle", new Sample(ratios), atMost(1.5));
        double whole = answers.latency(hits(profile, BURST)).p99()
                / answers.latency(hits(profile, IDLE)).p99();
        report.ratio("burst, head p99 of all of it / idle", Sample.of(whole), null);
        context.say("burst: head p99 %.2f ms, idle %.2f ms".formatted(burst.median(), idle));
    }

    /** The head's p99 in each window of a phase, in milliseconds. */
    static Sample headP99(RateProfile profile, AnswerCounter answers, int phase, Duration window) {
        int windows = Math.max(1, (int) profile.phases().get(phase).duration().dividedBy(window));
        var hits = hits(profile, phase);
        return new Sample(IntStream.range(0, windows)
                .mapToObj(i -> hits.and(number ->
                        Math.min(windows - 1, profile.intoPhase(number).dividedBy(window)) == i))
                .map(inWindow -> answers.latency(inWindow).p99())
                .toList());
    }

    private static IntPredicate hits(RateProfile profile, int phase) {
        return number -> profile.phase(number) == phase && !profile.isMiss(number);
    }

    private void misses(RateProfile profile, AnswerCounter answers) {
        for (var priority : Priority.values()) {
            String name = priority.name().toLowerCase(Locale.ROOT);
            context.report()
                    .add(NAME, name + "_sent", burstMisses(profile, priority).count());
            for (var source : Source.values()) {
                long count = burstMisses(profile, priority)
                        .filter(number -> answers.source(number) == source)
                        .count();
                if (count > 0) {
                    context.report().add(NAME, name + "_" + source.name().toLowerCase(Locale.ROOT), count);
                }
            }
        }
        double inTime = interactiveInTime(profile, answers);
        context.report().ratio("burst, interactive in time", Sample.of(inTime), atLeast(1));
        context.say("burst: %.4f of the interactive misses in time".formatted(inTime));
    }

    /** Numbers of the misses in the burst. */
    static IntStream burstMisses(RateProfile profile, Priority priority) {
        return IntStream.range(0, profile.queries())
                .filter(number -> profile.phase(number) == BURST
                        && profile.isMiss(number)
                        && priority(profile, number) == priority);
    }

    /** The share of the burst's INTERACTIVE misses that cache or student tagged before the deadline. */
    static double interactiveInTime(RateProfile profile, AnswerCounter answers) {
        long inTime = burstMisses(profile, Priority.INTERACTIVE)
                .filter(number -> answers.source(number) == Source.CACHE || answers.source(number) == Source.STUDENT)
                .filter(number -> answers.latency(number).compareTo(DEADLINE) <= 0)
                .count();
        return (double) inTime / burstMisses(profile, Priority.INTERACTIVE).count();
    }
}
