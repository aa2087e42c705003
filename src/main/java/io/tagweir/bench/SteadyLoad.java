package io.tagweir.bench;

import io.tagweir.avro.Source;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A contender under a {@link LiveLoad}: a stretch to warm up is followed by one window for each round. One thread, and
 * the one of the tally.
 *
 * @param rate queries a second
 */
record SteadyLoad(Course course, Contender contender, Tuning tuning, double rate, Traffic traffic) {

    private static final int WINDOWS = 3;

    /** What each window came to. */
    record Windows(List<Counts> all) {

        Sample headP50() {
            return new Sample(all.stream().map(window -> window.head().p50()).toList());
        }

        Sample headP99() {
            return new Sample(all.stream().map(window -> window.head().p99()).toList());
        }

        Sample headP999() {
            return new Sample(all.stream().map(window -> window.head().p999()).toList());
        }

        Sample tailP50() {
            return new Sample(all.stream().map(window -> window.tail().p50()).toList());
        }

        Sample tailP99() {
            return new Sample(all.stream().map(window -> window.tail().p99()).toList());
        }

        Sample tailP999() {
            return new Sample(all.stream().map(window -> window.tail().p999()).toList());
        }

        /** Answers of all windows by who gave them. */
        Map<Source, Integer> bySource() {
            var sum = new EnumMap<Source, Integer>(Source.class);
            all.forEach(window -> window.bySource().forEach((source, count) -> sum.merge(source, count, Integer::sum)));
            return sum;
        }
    }

    Windows run() {
        var windows = new ArrayList<Counts>();
        try (var live = LiveLoad.start(course, contender, tuning, rate, traffic)) {
            live.window(course.scale().warmUp());
            for (int i = 0; i < WINDOWS; i++) {
                windows.add(live.window(course.scale().window()));
            }
        }
        return new Windows(windows);
    }
}
