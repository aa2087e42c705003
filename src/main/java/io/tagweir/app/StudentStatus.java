package io.tagweir.app;

import io.tagweir.avro.StudentState;
import io.tagweir.roster.Roster;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentTimeline.Stretch;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the console shows of the students of a process. Pure functions. */
final class StudentStatus {

    private StudentStatus() {}

    /**
     * The active student, its canary, and those that are planned or staged, as JSON.
     *
     * @param now event time of a query of this moment
     */
    static Map<String, @Nullable Object> of(StudentCatalog catalog, Roster roster, Instant now) {
        var timeline = catalog.timeline();
        var stretch = timeline.stretch(now);
        var status = new LinkedHashMap<String, @Nullable Object>();
        status.put("student", stretch.stable());
        status.put("canary", stretch.canary() == null ? null : json(stretch));
        status.put(
                "planned",
                timeline.planned(now).stream()
                        .map(planned -> {
                            var json = json(planned);
                            json.put("from", planned.from().toString());
                            return json;
                        })
                        .toList());
        status.put(
                "staged",
                StudentCatalog.stagedLast(catalog.releases())
                        .filter(release -> release.getState() == StudentState.STAGED)
                        .map(release -> Map.of("student", release.getId(), "loaded", roster.isLoaded(release.getId())))
                        .orElse(null));
        return status;
    }

    private static Map<String, Object> json(Stretch stretch) {
        var json = new LinkedHashMap<String, Object>();
        json.put("student", stretch.canary() == null ? stretch.stable() : stretch.canary());
        json.put("share", stretch.canary() == null ? 1 : stretch.share());
        return json;
    }
}
