package io.tagweir.bench;

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
    private final List<Runnable> before = new ArrayList<>();
    private final Scale scale;
    private final Course course;

    Rounds(Course course) {
        this.course = course;
        this.scale = course.scale();
    }

    /** Has something done before each round, which does not count. */
    Rounds before(Runnable preparation) {
        before.add(preparation);
        return this;
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
            before.forEach(Runnable::run);
            for (String name : order) {
                var run = ways.getOrDefault(name, Map::of).get();
                if (round >= 0) {
                    run.forEach((measure, value) -> counted.computeIfAbsent(
                                    new Key(name, measure), key -> new ArrayList<>())
                            .add(value));
                }
                String which = round < 0 ? "warming up" : "round " + (round + 1) + " of " + scale.rounds();
                course.say("%-14s %-20s %,10.0f/s".formatted(which, name, run.getOrDefault(Course.RATE, Double.NaN)));
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
    void report() {
        ways.keySet()
                .forEach(name -> counted.forEach((key, values) -> {
                    if (key.name.equals(name)) {
                        course.report().add(name, key.measure, new Sample(values));
                    }
                }));
    }

    /**
     * Reports one way's rate over another's; and, for a machine that others use too, the same by the processor time
     * this process took, which they can't take from it.
     */
    void ratio(String name, String peer, Aim aim) {
        String ratio = name + " / " + peer;
        course.report().ratio(ratio, of(name, Course.RATE).over(of(peer, Course.RATE)), aim);
        course.report().ratio(ratio + ", by cpu", of(peer, Course.CPU).over(of(name, Course.CPU)), null);
    }
}
