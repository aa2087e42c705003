package io.tagweir.app.bench;

import io.tagweir.app.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the benchmark can measure, in the order it runs. */
enum Scenario {
    PASS_THROUGH,
    HEAD,
    TABLE_SIZE,
    RESTORE,
    PUBLISH,
    SWITCH,
    MIXED,
    ISOLATION,
    STUDENT,
    CACHE_COST,
    BURST,
    ZIPF_DRIFT,
    TAIL_MEMORY,
    LATENCY;

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The scenarios with these names; all if there is none. */
    static Set<Scenario> named(List<String> names) {
        var known = Stream.of(values()).map(Scenario::toString).toList();
        var unknown = names.stream().filter(name -> !known.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new Refusal("no scenario is named " + String.join(" or ", unknown) + "; the scenarios are "
                    + String.join(", ", known));
        }
        return Stream.of(values())
                .filter(scenario -> names.isEmpty() || names.contains(scenario.toString()))
                .collect(Collectors.toSet());
    }

    static void run(Set<Scenario> asked, BenchContext context, Systems systems) {
        var drains = new DrainScenarios(context, systems);
        var snapshots = new SnapshotScenarios(context, systems);
        var tail = new TailScenarios(context, systems);
        var latency = new LatencyScenarios(context, systems);
        if (asked.contains(PASS_THROUGH) || asked.contains(HEAD) || asked.contains(TABLE_SIZE)) {
            drains.hits(asked);
        }
        if (asked.contains(RESTORE)) {
            snapshots.restore();
        }
        if (asked.contains(PUBLISH)) {
            snapshots.publish();
        }
        if (asked.contains(SWITCH)) {
            new SwitchScenario(context, systems).run();
        }
        if (asked.contains(MIXED)) {
            drains.mixed(true);
        }
        if (asked.contains(ISOLATION)) {
            latency.isolation();
        }
        if (asked.contains(STUDENT) || asked.contains(CACHE_COST)) {
            drains.misses(asked);
        }
        if (asked.contains(BURST)) {
            new BurstScenario(context, systems).run();
        }
        if (asked.contains(ZIPF_DRIFT)) {
            tail.drift();
        }
        if (asked.contains(TAIL_MEMORY)) {
            tail.memory();
        }
        if (asked.contains(LATENCY)) {
            latency.latency(drains::mixedRate);
        }
    }
}
