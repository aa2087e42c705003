package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import io.tagweir.control.Timeline;
import io.tagweir.query.TextHash;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which student answers a query: a pure function of the query's event time, its canonical key and the control records.
 *
 * <p>Each activation begins an interval of event time that lasts until the next activation of any student. With a share
 * of 1 the student answers every query of its interval. With less it is the <em>canary</em>: it answers that share of
 * the keys, and the <em>stable</em> student, the last one given all keys, answers the rest. Before the first activation
 * the student of the settings is stable.
 *
 * <pre>
 *   event time   ────────┬───────────────┬─────────────┬──────────►
 *   activation           A               B, 0.05       B
 *   stable       base    A               A             B
 *   canary                               B
 *   loaded                               └─────────────┴──────────   students here stay loaded
 * </pre>
 *
 * <p>Only the students of the last {@value #LOADED_INTERVALS} intervals stay loaded, including a planned one. An older
 * query is answered as in the oldest of them. Immutable.
 */
public final class StudentTimeline extends Timeline<StudentTimeline.Interval> {

    /** The interval that holds, and the one to come or to go back to. */
    static final int LOADED_INTERVALS = 2;

    /**
     * An interval of event time.
     *
     * @param from its first moment
     * @param stable answers all keys that the canary doesn't
     * @param canary null: there is none
     * @param share of the keys that the canary answers, 0 without one
     */
    public record Interval(
            Instant from, String stable, @Nullable String canary, double share) {

        /** The student that answers a key. */
        String student(String keyText) {
            return canary != null && isInShare(canary, share, keyText) ? canary : stable;
        }

        public Set<String> students() {
            return canary == null ? Set.of(stable) : Set.of(stable, canary);
        }
    }

    private final Interval oldestLoaded;

    private StudentTimeline(SortedMap<Instant, Interval> intervals) {
        super(intervals);
        var oldest = activations().lastEntry();
        for (int loaded = 1; loaded < LOADED_INTERVALS; loaded++) {
            var before = activations().lowerEntry(oldest.getKey());
            oldest = before == null ? oldest : before;
        }
        oldestLoaded = oldest.getValue();
    }

    /**
     * The timeline of these control records, one for each student, in any order.
     *
     * @param base the student that answers before the first activation
     */
    public static StudentTimeline of(Collection<StudentRelease> releases, String base) {
        var activations = new TreeMap<Instant, Interval>();
        for (var release : releases) {
            if (StudentLifecycle.mayAnswer(release)) {
                release.getActivations()
                        .forEach(activation -> activations.merge(
                                activation.getFrom(),
                                new Interval(activation.getFrom(), base, release.getId(), activation.getShare()),
                                StudentTimeline::chosen));
            }
        }
        var intervals = new TreeMap<Instant, Interval>();
        var last = new Interval(Instant.MIN, base, null, 0);
        intervals.put(last.from(), last);
        for (var activation : activations.values()) {
            String student = String.valueOf(activation.canary());
            last = activation.share() >= 1 || student.equals(last.stable())
                    ? new Interval(activation.from(), student, null, 0)
                    : new Interval(activation.from(), last.stable(), student, activation.share());
            intervals.put(last.from(), last);
        }
        return new StudentTimeline(intervals);
    }

    /** Of two activations from the same event time, every instance must choose the same. */
    private static Interval chosen(Interval one, Interval other) {
        int order = String.valueOf(one.canary()).compareTo(String.valueOf(other.canary()));
        return order > 0 || (order == 0 && one.share() > other.share()) ? one : other;
    }

    /** The student that answers a query of this event time and canonical key. */
    public String student(Instant eventTime, String keyText) {
        var interval = interval(eventTime);
        return (interval.from().isBefore(oldestLoaded.from()) ? oldestLoaded : interval).student(keyText);
    }

    /** The interval of an event time, whether or not its students stay loaded. */
    public Interval interval(Instant eventTime) {
        return at(eventTime).orElseThrow();
    }

    /** The last interval, which may be planned. */
    Interval last() {
        return activations().lastEntry().getValue();
    }

    /** The students that stay loaded, because they may have to answer a query. */
    public Set<String> loaded() {
        return students(oldestLoaded.from());
    }

    /** The students that answer queries of this event time or a later one. */
    public Set<String> onwards(Instant eventTime) {
        var from = interval(eventTime).from();
        return students(from.isBefore(oldestLoaded.from()) ? oldestLoaded.from() : from);
    }

    private Set<String> students(Instant from) {
        var students = new TreeSet<String>();
        activations().tailMap(from, true).values().forEach(interval -> students.addAll(interval.students()));
        return students;
    }

    /**
     * Whether a key is in the share that a canary answers. A key in a share is in every larger share of the same
     * canary. Other canaries get other keys, none of them the keys held out from training.
     */
    private static boolean isInShare(String canary, double share, String keyText) {
        double place = (TextHash.of(canary + '\t' + keyText) >>> 11) * 0x1p-53;
        return place < share;
    }
}
