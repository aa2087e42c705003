package io.tagweir.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Several ways of doing the same, run in turn: first, second, third, first, … so that a machine whose speed drifts
 * treats them alike. The first rounds of each warm the JVM and are not counted.
 */
final class Rounds {

    private final Map<String, DoubleSupplier> ways = new LinkedHashMap<>();
    private final Map<String, List<Double>> counted = new LinkedHashMap<>();
    private final Scale scale;
    private final PrintWriter progress;

    Rounds(Scale scale, PrintWriter progress) {
        this.scale = scale;
        this.progress = progress;
    }

    Rounds add(String name, DoubleSupplier recordsPerSecond) {
        ways.put(name, recordsPerSecond);
        return this;
    }

    /** Runs them all; what each came to is asked for afterwards. */
    Rounds run() {
        for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
            for (var way : ways.entrySet()) {
                double rate = way.getValue().getAsDouble();
                boolean warm = round >= 0;
                if (warm) {
                    counted.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                            .add(rate);
                }
                progress.printf(
                        "%s  %-20s %,10.0f/s%n",
                        warm ? "round " + (round + 1) + " of " + scale.rounds() : "warming up  ", way.getKey(), rate);
                progress.flush();
            }
        }
        return this;
    }

    /** Names of all ways, in the order they were added. */
    Set<String> names() {
        return ways.keySet();
    }

    /** What one way came to, in the rounds that counted. */
    Sample of(String name) {
        return new Sample(counted.getOrDefault(name, List.of()));
    }
}
