package io.tagweir.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Latency from when a query was due to when its answer was read, at 98 % hits, under both guarantees and several commit
 * intervals, beside a pass-through at the same load: what is left of it is not ours to save.
 *
 * <p>Sender, reader, application and broker share the machine, so the higher of the two loads shows what all of them
 * together can bear.
 */
public record LatencyScenario(Course course, Contender application, Contender passThrough, int headRows) {

    private static final int RATE = 2_000;
    private static final double MISSES = 0.02;
    private static final int COMMIT = 100;

    private record Setting(String name, Contender contender, Tuning tuning, double rate) {}

    /** @param drained queries a second the application drains; half of it is the higher load, where one is asked for */
    public void run(DoubleSupplier drained) {
        for (var setting : settings(drained)) {
            var traffic = setting.contender.tags() ? Traffic.mixed(headRows, MISSES) : Traffic.hits(headRows);
            var windows = new SteadyLoad(course, setting.contender, setting.tuning, setting.rate, traffic).run();
            report(setting, windows);
        }
    }

    private List<Setting> settings(DoubleSupplier drained) {
        var all = new ArrayList<Setting>();
        all.add(new Setting("latency-2000-pass-through", passThrough, Tuning.latency(false, COMMIT), RATE));
        all.add(at(RATE, false, COMMIT));
        // Only under this guarantee is an answer seen no sooner than it is committed.
        for (int commit : course.scale().thorough() ? new int[] {100, 25, 10} : new int[] {10}) {
            all.add(at(RATE, true, commit));
        }
        if (course.scale().thorough()) {
            all.add(at(drained.getAsDouble() / 2, false, COMMIT));
        }
        return all;
    }

    private Setting at(double rate, boolean exactlyOnce, int commit) {
        String name = "latency-%s-%s-%dms"
                .formatted(
                        rate == RATE ? Integer.toString(RATE) : "half-drained",
                        exactlyOnce ? "exactly-once" : "at-least-once",
                        commit);
        return new Setting(name, application, Tuning.latency(exactlyOnce, commit), rate);
    }

    private void report(Setting setting, SteadyLoad.Windows windows) {
        var report = course.report();
        boolean judged = setting.contender == application
                && setting.rate == RATE
                && !setting.tuning.exactlyOnce()
                && setting.tuning.commitInterval().toMillis() == COMMIT;
        report.add(setting.name, "sent_per_s", Sample.of(setting.rate));
        if (judged) {
            report.add(setting.name, "head_p50_ms", windows.headP50(), Aim.atMost(1.5));
            report.add(setting.name, "head_p99_ms", windows.headP99(), Aim.atMost(8));
        } else {
            report.add(setting.name, "head_p50_ms", windows.headP50());
            report.add(setting.name, "head_p99_ms", windows.headP99());
        }
        report.add(setting.name, "head_p999_ms", windows.headP999());
        if (setting.contender.tags()) {
            report.add(setting.name, "tail_p50_ms", windows.tailP50());
            report.add(setting.name, "tail_p99_ms", windows.tailP99());
            report.add(setting.name, "tail_p999_ms", windows.tailP999());
        }
        course.say("%-44s head p50 %.2f p99 %.2f ms"
                .formatted(
                        setting.name,
                        windows.headP50().median(),
                        windows.headP99().median()));
    }
}
