package io.tagweir.bench;

import io.tagweir.avro.Priority;
import io.tagweir.avro.Source;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a tenfold burst of misses does to everyone else: to the head's latency, and to the misses somebody waits for.
 *
 * <p>Alone: {@code ./tagweir bench burst}. The misses before the burst are 0.15 of what the student can tag with the
 * machine to itself, so those of the burst are more than it can, and a tenth of them, the INTERACTIVE ones, are far
 * less. Everything is one open loop that never stops, and its answers are counted by id.
 */
public record BurstScenario(Course course, Contender application, int headRows, DirectStudent direct) {

    private static final String NAME = "burst";
    private static final int HEAD_RATE = 1_000;
    private static final double BASE = 0.15;
    private static final double FOLD = 10;

    /** More misses a second than that, a sender on the same machine does not get out. */
    private static final double MOST = 6_000;

    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Tuning TUNING = Tuning.latency(false, 100);

    public void run() {
        double capacity = direct.capacity(course);
        double missRate = Math.min(MOST, BASE * capacity);
        var load = new BurstLoad(HEAD_RATE, missRate, FOLD, course.scale().burst(), DEADLINE);
        course.say("burst: head at %d/s, misses at %.0f/s, then %.0f/s; the student alone tags %.0f/s"
                .formatted(HEAD_RATE, missRate, missRate * FOLD, capacity));
        var tally = new BurstTally(load, course.scale().window());
        Counts counts;
        double rate = HEAD_RATE + missRate;
        var before = Traffic.mixed(headRows, missRate / rate);
        try (var live = LiveLoad.start(course, application, TUNING, rate, before)) {
            live.window(course.scale().warmUp());
            int firstMiss = course.unasked().take(load.misses());
            counts = live.send(load.pace(), load.events(headRows, firstMiss), tally);
        }
        course.report().add(NAME, "capacity_per_s", Sample.of(capacity));
        course.report().add(NAME, "misses_per_s", Sample.of(missRate * FOLD));
        head(tally);
        misses(tally, load);
        double out = counts.answered() + counts.deadLetters();
        course.report()
                .ratio(
                        "burst, accounted for / sent",
                        Sample.of(out / load.pace().queries()),
                        Aim.atLeast(1));
        course.report().add(NAME, "repeated", Sample.of(counts.repeated()), Aim.atMost(0));
    }

    private void head(BurstTally tally) {
        for (var phase : List.of(BurstLoad.Phase.IDLE, BurstLoad.Phase.BURST, BurstLoad.Phase.AFTER)) {
            course.report().add(NAME, "head_p99_ms_" + lower(phase), tally.headP99(phase));
        }
        double idle = tally.headP99(BurstLoad.Phase.IDLE).median();
        var during = tally.headP99(BurstLoad.Phase.BURST);
        course.report()
                .ratio(
                        "burst, head p99 / idle",
                        new Sample(
                                during.rounds().stream().map(p99 -> p99 / idle).toList()),
                        Aim.atMost(1.5));
        course.report()
                .ratio(
                        "burst, head p99 of all of it / idle",
                        Sample.of(tally.head(BurstLoad.Phase.BURST).p99()
                                / tally.head(BurstLoad.Phase.IDLE).p99()),
                        null);
        course.say("burst: head p99 %.2f ms, idle %.2f ms".formatted(during.median(), idle));
    }

    private void misses(BurstTally tally, BurstLoad load) {
        for (var priority : Priority.values()) {
            String kind = lower(priority);
            course.report().add(NAME, kind + "_sent", Sample.of(load.count(BurstLoad.Phase.BURST, priority)));
            for (var source : Source.values()) {
                int count = tally.answered(priority, source);
                if (count > 0) {
                    course.report().add(NAME, kind + "_" + lower(source), Sample.of(count));
                }
            }
        }
        course.report().ratio("burst, interactive in time", Sample.of(tally.interactiveInTime()), Aim.atLeast(1));
        course.say("burst: %.4f of the interactive misses in time".formatted(tally.interactiveInTime()));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
