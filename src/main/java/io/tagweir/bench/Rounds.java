package io.tagweir.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Several ways of doing the same, run in turn, every second round backwards, so that a machine whose speed drifts
 * treats them alike and none has the better place. The first rounds warm the JVM and are not counted.
 */
final class Rounds {

    private record Key(String name, String measure) {}

    private final Map<String, Supplier<Map<String, Double>>> ways = new LinkedHashMap<>();
    private final Map<Key, List<Double>> counted = new LinkedHashMap<>();
    private final Scale scale;
    private final PrintWriter progress;

    Rounds(Scale scale, PrintWriter progress) {
        this.scale = scale;
        this.progress = progress;
    }

    /** @param run does it once; returns its figures by measure, {@link Course#RATE} among them */
    Rounds add(String name, Supplier<Map<String, Double>> run) {
        ways.put(name, run);
        return this;
    }

    /** Runs them all; what each came to is asked for afterwards. */
    Rounds run() {
        var order = new ArrayList<>(ways.keySet());
        for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
            for (String name : order) {
                var run = ways.getOrDefault(name, Map::of).get();
                if (round >= 0) {
                    run.forEach((measure, value) -> counted.computeIfAbsent(
                                    new Key(name, measure), key -> new ArrayList<>())
                            .add(value));
                }
                String which = round < 0 ? "warming up" : "round " + (round + 1) + " of " + scale.rounds();
                progress.printf("%-14s %-20s %,10.0f/s%n", which, name, run.getOrDefault(Course.RATE, Double.NaN));
                progress.flush();
            }
            Collections.reverse(order);
        }
        return this;
    }

    /** One way's figure in the rounds that counted. */
    Sample of(String name, String measure) {
        return new Sample(counted.getOrDefault(new Key(name, measure), List.of()));
    }

    /** Reports all there is. */
    void report(Report report) {
        counted.forEach((key, values) -> report.add(key.name, key.measure, new Sample(values)));
    }

    /** Reports one way's rate over another's. */
    void ratio(Report report, String name, String peer, Aim aim) {
        report.ratio(name + " / " + peer, of(name, Course.RATE).over(of(peer, Course.RATE)), aim);
    }
}
