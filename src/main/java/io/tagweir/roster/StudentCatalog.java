package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The control records this process has read, and the timeline they make.
 *
 * <p>Written by the thread that reads {@code students}, read by every other.
 */
public final class StudentCatalog {

    private final String base;
    private final Map<String, StudentRelease> releases = new ConcurrentSkipListMap<>();
    private volatile StudentTimeline timeline;
    private volatile long version;
    private volatile boolean whole;
    private volatile Runnable listener = () -> {};

    /** @param base id of the student that answers before the first activation */
    public StudentCatalog(String base) {
        this.base = base;
        timeline = StudentTimeline.of(List.of(), base);
    }

    /**
     * Takes over the next control record of a student, or says why it is left out.
     *
     * <p>Called by one thread at a time.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public Optional<StudentLife.Refusal> put(StudentRelease release) {
        var refusal = StudentLife.refusal(releases.get(release.getId()), release);
        if (refusal.isEmpty()) {
            releases.put(release.getId(), release);
            timeline = StudentTimeline.of(releases.values(), base);
            version++;
            listener.run();
        }
        return refusal;
    }

    /** Has the listener run after each record taken over, on the thread that took it. */
    void listen(Runnable to) {
        listener = to;
    }

    /** To be called once the topic has been read to its end: what is read from then on is news. */
    public void readWhole() {
        whole = true;
    }

    boolean isWhole() {
        return whole;
    }

    Optional<StudentRelease> find(String id) {
        return Optional.ofNullable(releases.get(id));
    }

    public StudentTimeline timeline() {
        return timeline;
    }

    /** Rises with every control record taken over. */
    public long version() {
        return version;
    }

    /** All that are known, by id. */
    public List<StudentRelease> releases() {
        return List.copyOf(releases.values());
    }

    /** The directories of the students that are to be loaded, by id, but for the one of the settings. */
    Map<String, String> wanted() {
        return wanted(timeline, releases.values(), base);
    }

    private static Map<String, String> wanted(
            StudentTimeline timeline, Collection<StudentRelease> releases, String base) {
        var kept = timeline.kept();
        var last = stagedLast(releases);
        var wanted = new TreeMap<String, String>();
        for (var release : releases) {
            if (!release.getId().equals(base)
                    && (kept.contains(release.getId()) || last.equals(Optional.of(release)))) {
                wanted.put(release.getId(), release.getDirectory());
            }
        }
        return wanted;
    }

    /** The student that was staged last and may still be chosen; so that any number staged takes the memory of one. */
    public static Optional<StudentRelease> stagedLast(Collection<StudentRelease> releases) {
        return releases.stream()
                .filter(release -> release.getState() != StudentState.QUARANTINED)
                .max(Comparator.comparing(StudentRelease::getStagedAt).thenComparing(StudentRelease::getId));
    }
}
