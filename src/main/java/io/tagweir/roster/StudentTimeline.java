package io.tagweir.roster;

import io.tagweir.avro.StudentRelease;
import io.tagweir.query.TextHash;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which student answers a query: a pure function of the query's event time, its canonical key and the control history.
 *
 * <p>Each activation begins a stretch of event time, which lasts until the next one of any student. With a share of 1
 * the student answers every query of its stretch; with less it is the <em>canary</em>: it answers that share of the
 * keys, and the rest stays with the <em>stable</em> one, the last to be given all. Before the first activation the
 * student of the settings is the stable one.
 *
 * <pre>
 *   event time   ────────┬───────────────┬─────────────┬──────────►
 *   activation           A               B, 0.05       B
 *   stable       base    A               A             B
 *   canary                               B
 *   kept                                 └─────────────┴──────────   students here stay loaded
 * </pre>
 *
 * <p>Only the students of the last {@value #KEPT} stretches stay loaded, a planned one included. A query from before
 * them is answered as one of the oldest kept stretch would be. Immutable.
 */
public final class StudentTimeline {

    /** How many stretches stay loaded: the one that holds, and the one to come or to go back to. */
    static final int KEPT = 2;

    /**
     * A stretch of event time.
     *
     * @param from its first moment
     * @param stable answers all keys but the canary's
     * @param canary null: there is none
     * @param share of the keys that the canary answers, 0 without one
     */
    public record Stretch(
            Instant from, String stable, @Nullable String canary, double share) {

        /** The student that answers a key. */
        String student(String keyText) {
            return canary != null && isIn(canary, share, keyText) ? canary : stable;
        }

        public Set<String> students() {
            return canary == null ? Set.of(stable) : Set.of(stable, canary);
        }
    }

    private final TreeMap<Instant, Stretch> stretches;
    private final Stretch oldestKept;

    private StudentTimeline(TreeMap<Instant, Stretch> stretches) {
        this.stretches = stretches;
        var oldest = stretches.lastEntry();
        for (int kept = 1; kept < KEPT; kept++) {
            var before = stretches.lowerEntry(oldest.getKey());
            oldest = before == null ? oldest : before;
        }
        oldestKept = oldest.getValue();
    }

    /**
     * The timeline that these control records make, one a student, in any order.
     *
     * @param base the student that answers before the first activation
     */
    public static StudentTimeline of(Collection<StudentRelease> releases, String base) {
        var activations = new TreeMap<Instant, Stretch>();
        for (var release : releases) {
            if (StudentLife.answers(release)) {
                release.getActivations()
                        .forEach(activation -> activations.merge(
                                activation.getFrom(),
                                new Stretch(activation.getFrom(), base, release.getId(), activation.getShare()),
                                StudentTimeline::later));
            }
        }
        var stretches = new TreeMap<Instant, Stretch>();
        var last = new Stretch(Instant.MIN, base, null, 0);
        stretches.put(last.from(), last);
        for (var activation : activations.values()) {
            String student = String.valueOf(activation.canary());
            last = activation.share() >= 1 || student.equals(last.stable())
                    ? new Stretch(activation.from(), student, null, 0)
                    : new Stretch(activation.from(), last.stable(), student, activation.share());
            stretches.put(last.from(), last);
        }
        return new StudentTimeline(stretches);
    }

    /** Of two activations from the very same event time on, every instance must pick the same. */
    private static Stretch later(Stretch one, Stretch other) {
        int order = String.valueOf(one.canary()).compareTo(String.valueOf(other.canary()));
        return order > 0 || (order == 0 && one.share() > other.share()) ? one : other;
    }

    /** The student that answers a query of this event time and canonical key. */
    public String at(Instant eventTime, String keyText) {
        var stretch = stretch(eventTime);
        return (stretch.from().isBefore(oldestKept.from()) ? oldestKept : stretch).student(keyText);
    }

    /** The stretch that an event time lies in, kept or not. */
    public Stretch stretch(Instant eventTime) {
        var found = stretches.floorEntry(eventTime);
        return (found == null ? stretches.firstEntry() : found).getValue();
    }

    /** The stretches that begin after this time, in order. */
    public List<Stretch> planned(Instant time) {
        return List.copyOf(stretches.tailMap(time, false).values());
    }

    /** The last stretch there is, which may lie ahead. */
    Stretch last() {
        return stretches.lastEntry().getValue();
    }

    /** The students that stay loaded, as some query may be theirs. */
    public Set<String> kept() {
        return students(oldestKept.from());
    }

    /** The students that answer queries of this event time or a later one. */
    public Set<String> onwards(Instant eventTime) {
        var from = stretch(eventTime).from();
        return students(from.isBefore(oldestKept.from()) ? oldestKept.from() : from);
    }

    private Set<String> students(Instant from) {
        var students = new TreeSet<String>();
        stretches.tailMap(from, true).values().forEach(stretch -> students.addAll(stretch.students()));
        return students;
    }

    /**
     * Whether a key is in the share that a canary answers. What is in a share is in every larger one of the same
     * canary; other canaries have other keys, and none those that were held out from training.
     */
    private static boolean isIn(String canary, double share, String keyText) {
        double place = (TextHash.of(canary + '\t' + keyText) >>> 11) * 0x1p-53;
        return place < share;
    }
}
