package io.tagweir.bench;

import io.tagweir.avro.Priority;
import io.tagweir.avro.Source;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a {@link BurstLoad} came to: the head's latency by window of time, and who answered the misses of the burst.
 * Written by the thread that reads the answers; read once it has ended.
 */
final class BurstTally implements AnswerTally.Observer {

    private static final long LONGEST_MICROS = Duration.ofMinutes(10).toNanos() / 1_000;
    private static final Set<Source> TAGGED = EnumSet.of(Source.CACHE, Source.STUDENT);

    private final BurstLoad load;
    private final Duration window;
    private final Map<BurstLoad.Phase, Histogram[]> head = new EnumMap<>(BurstLoad.Phase.class);
    private final Map<Priority, Map<Source, Integer>> burst = new EnumMap<>(Priority.class);
    private int interactiveInTime;

    /** @param window the latencies of so much time make one percentile */
    BurstTally(BurstLoad load, Duration window) {
        this.load = load;
        this.window = window;
        var phases = BurstLoad.Phase.values();
        for (var phase : phases) {
            var time = load.pace().stretches().get(phase.ordinal()).time();
            int windows = Math.max(1, (int) time.dividedBy(window));
            var histograms = new Histogram[windows];
            Arrays.setAll(histograms, i -> new Histogram(LONGEST_MICROS, 3));
            head.put(phase, histograms);
        }
    }

    @Override
    public void answered(int number, Source source, long micros) {
        var phase = load.phase(number);
        if (!load.isMiss(number)) {
            var windows = windows(phase);
            int at = (int) load.into(number).dividedBy(window);
            windows[Math.min(at, windows.length - 1)].recordValue(micros);
        } else if (phase == BurstLoad.Phase.BURST) {
            var priority = load.priority(number);
            burst.computeIfAbsent(priority, none -> new EnumMap<>(Source.class)).merge(source, 1, Integer::sum);
            boolean inTime = micros <= load.deadline().toNanos() / 1_000;
            if (priority == Priority.INTERACTIVE && inTime && TAGGED.contains(source)) {
                interactiveInTime++;
            }
        }
    }

    private Histogram[] windows(BurstLoad.Phase phase) {
        return head.getOrDefault(phase, new Histogram[0]);
    }

    /** The 99th percentile of the head's latency in each window of a phase, in milliseconds. */
    Sample headP99(BurstLoad.Phase phase) {
        return new Sample(Arrays.stream(windows(phase))
                .map(micros -> Percentiles.of(micros).p99())
                .toList());
    }

    /** The head's latency over a whole phase. */
    Percentiles head(BurstLoad.Phase phase) {
        var all = new Histogram(LONGEST_MICROS, 3);
        Arrays.stream(windows(phase)).forEach(all::add);
        return Percentiles.of(all);
    }

    /** Who answered the misses of the burst. */
    int answered(Priority priority, Source source) {
        return burst.getOrDefault(priority, Map.of()).getOrDefault(source, 0);
    }

    /**
     * Share of the INTERACTIVE misses of the burst that were tagged, from cache or by a student, before their deadline.
     */
    double interactiveInTime() {
        return (double) interactiveInTime / load.count(BurstLoad.Phase.BURST, Priority.INTERACTIVE);
    }
}
