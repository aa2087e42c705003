package io.tagweir.app.bench;

import io.tagweir.bench.Sample;
import io.tagweir.bench.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Candidates for the same work, run in turn for several rounds. Every second round runs in reverse order, so that a
 * machine whose speed drifts treats all alike. The first round warms up the JVM and is not counted.
 */
final class Rounds {

    private final Map<String, Supplier<Map<String, Double>>> candidates = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();
    private final List<Runnable> preparations = new ArrayList<>();
    private final BenchContext context;

    Rounds(BenchContext context) {
        this.context = context;
    }

    /** @param run does the work once and returns its figures, {@link Stopwatch#RATE} and CPU among them */
    Rounds add(String name, Supplier<Map<String, Double>> run) {
        candidates.put(name, run);
        figures.put(name, new LinkedHashMap<>());
        return this;
    }

    /** A topic of {@code queries} queries for systems to drain; it is filled before each round that needs it. */
    Backlog backlog(String topic, int headRows, int queries, double missShare) {
        var backlog = new Backlog(context, topic, headRows, queries, (int) (queries * missShare));
        preparations.add(backlog::fill);
        return backlog;
    }

    Rounds add(Backlog backlog, SystemUnderTest... systems) {
        for (var system : systems) {
            add(system.name(), () -> backlog.drain(system));
        }
        return this;
    }

    /** Runs all rounds and reports all figures. */
    void run() {
        int rounds = context.pick(4, 1);
        var order = new ArrayList<>(candidates.keySet());
        for (int round = -1; round < rounds; round++) {
            preparations.forEach(Runnable::run);
            for (String name : order) {
                var result = candidates.getOrDefault(name, Map::of).get();
                if (round >= 0) {
                    result.forEach((measure, value) -> rounds(name, measure).add(value));
                }
                context.say("%-14s %-20s %,10.0f/s"
                        .formatted(
                                round < 0 ? "warm-up" : "round " + (round + 1) + " of " + rounds,
                                name,
                                result.getOrDefault(Stopwatch.RATE, Double.NaN)));
            }
            Collections.reverse(order);
        }
        figures.forEach((name, measures) ->
                measures.forEach((measure, values) -> context.report().add(name, measure, new Sample(values))));
    }

    private List<Double> rounds(String name, String measure) {
        return figures.computeIfAbsent(name, none -> new LinkedHashMap<>())
                .computeIfAbsent(measure, none -> new ArrayList<>());
    }

    /** Reports the ratio of two rates. */
    void ratio(String name, String peer, @Nullable Target target) {
        context.report().ratio(name + " / " + peer, of(name, Stopwatch.RATE).over(of(peer, Stopwatch.RATE)), target);
    }

    /**
     * Reports the ratio of two rates, and of the processor times, which other processes on the machine do not change.
     */
    void ratios(String name, String peer, Target target) {
        ratio(name, peer, target);
        context.report()
                .ratio(name + " / " + peer + ", by cpu", of(peer, Stopwatch.CPU).over(of(name, Stopwatch.CPU)), null);
    }

    private Sample of(String name, String measure) {
        return new Sample(rounds(name, measure));
    }
}
