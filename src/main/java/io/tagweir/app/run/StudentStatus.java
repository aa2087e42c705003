package io.tagweir.app.run;

import io.tagweir.avro.StudentState;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentTimeline.Interval;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The students of a process, for the console. Pure functions. */
final class StudentStatus {

    private StudentStatus() {}

    /**
     * The active, canary, planned and staged students, as JSON.
     *
     * @param now the present time
     */
    static Map<String, @Nullable Object> of(StudentCatalog catalog, Roster roster, Instant now) {
        var timeline = catalog.timeline();
        var interval = timeline.interval(now);
        var status = new LinkedHashMap<String, @Nullable Object>();
        status.put("student", interval.stable());
        status.put("canary", interval.canary() == null ? null : json(interval));
        status.put(
                "planned",
                timeline.planned(now).stream()
                        .map(planned -> {
                            var json = json(planned.value());
                            json.put("from", planned.from().toString());
                            return json;
                        })
                        .toList());
        status.put(
                "staged",
                StudentCatalog.stagedLast(catalog.records())
                        .filter(release -> release.getState() == StudentState.STAGED)
                        .map(release -> Map.of("student", release.getId(), "loaded", roster.isLoaded(release.getId())))
                        .orElse(null));
        return status;
    }

    private static Map<String, Object> json(Interval interval) {
        var json = new LinkedHashMap<String, Object>();
        json.put("student", interval.canary() == null ? interval.stable() : interval.canary());
        json.put("share", interval.canary() == null ? 1 : interval.share());
        return json;
    }
}
