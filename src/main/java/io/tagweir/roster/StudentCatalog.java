package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.ControlCatalog;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The control records of students that this process has read. */
public final class StudentCatalog extends ControlCatalog<StudentRelease, StudentTimeline> {

    private final String base;

    /** @param base id of the student that answers before the first activation */
    public StudentCatalog(String base) {
        super(StudentLifecycle.INSTANCE, releases -> StudentTimeline.of(releases, base));
        this.base = base;
    }

    /** The directories of the students to load, by id, without the one of the settings. */
    Map<String, String> directoriesToLoad() {
        var releases = records();
        var loaded = timeline().loaded();
        var last = stagedLast(releases);
        var directories = new TreeMap<String, String>();
        for (var release : releases) {
            if (!release.getId().equals(base)
                    && (loaded.contains(release.getId()) || last.equals(Optional.of(release)))) {
                directories.put(release.getId(), release.getDirectory());
            }
        }
        return directories;
    }

    /**
     * The student staged last, of those that are not quarantined. Of the staged students only this one is loaded, so
     * their number does not matter for memory.
     */
    public static Optional<StudentRelease> stagedLast(Collection<StudentRelease> releases) {
        return releases.stream()
                .filter(release -> release.getState() != StudentState.QUARANTINED)
                .max(Comparator.comparing(StudentRelease::getStagedAt).thenComparing(StudentRelease::getId));
    }
}
