package io.tagweir.roster;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.ControlRecords;
import io.tagweir.control.Timeline;
import io.tagweir.reason.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The decisions of {@code student stage}, {@code activate} and {@code rollback}: they map the present control records
 * and the time to the records that follow. Pure functions.
 */
public final class StudentTransitions {

    /** Stands for the student of the settings, which has no control record, in messages. */
    public static final String BASE = "the student of the settings";

    private StudentTransitions() {}

    /**
     * Stages a student, for the first time or again.
     *
     * @param made its control record, as for the first time
     */
    public static List<StudentRelease> stage(ControlRecords<StudentRelease> records, StudentRelease made) {
        var known = records.byId().get(made.getId());
        if (known == null) {
            return List.of(made);
        }
        requireActivable(known);
        var forced = new ArrayList<>(known.getForced());
        forced.addAll(made.getForced());
        return List.of(StudentRelease.newBuilder(made)
                .setState(known.getState())
                .setActivations(known.getActivations())
                .setForced(forced)
                .build());
    }

    /**
     * Makes a staged student answer a share of the keys from an event time on. Planned activations are cancelled, so at
     * most one interval is planned; past ones stay.
     *
     * @param share above 0; 1: all keys
     * @param eventTime refused if it is past and another student is active from that same moment on
     * @param forced the checks that failed and were overridden; kept in its record
     * @return the record of the active student, then the others that change
     */
    public static List<StudentRelease> activate(
            ControlRecords<StudentRelease> records,
            String id,
            double share,
            Instant eventTime,
            Instant now,
            List<String> forced) {
        var from = eventTime.truncatedTo(ChronoUnit.MILLIS);
        var chosen = records.require(id);
        requireActivable(chosen);
        if (!StudentLifecycle.isShare(share)) {
            throw new RefusedException("a share must be above 0 and at most 1, not " + share);
        }
        var next = new TreeMap<>(records.byId());
        next.replaceAll((other, release) -> with(release, activation -> !isPlanned(activation, now)));
        var before = timeline(next.values()).interval(from);
        if (share < 1 && before.stable().equals(id)) {
            throw new RefusedException("the student " + id + " answers all queries from " + before.from()
                    + " on already, so it can't be given a share of them");
        }
        requireFree(next.values(), id, from);
        var activations = new ArrayList<>(
                with(chosen, at -> !isPlanned(at, now) && !at.getFrom().equals(from))
                        .getActivations());
        activations.add(new StudentActivation(from, share));
        var reasons = new ArrayList<>(chosen.getForced());
        reasons.addAll(forced);
        next.put(
                id,
                StudentRelease.newBuilder(chosen)
                        .setActivations(activations)
                        .setForced(reasons)
                        .setState(StudentState.ACTIVE)
                        .build());
        return settled(records.byId(), next, id);
    }

    /** Only one of two students can answer from the same moment on, and past activations stay. */
    private static void requireFree(Collection<StudentRelease> releases, String id, Instant from) {
        for (var release : releases) {
            if (StudentLifecycle.mayAnswer(release)
                    && !release.getId().equals(id)
                    && release.getActivations().stream()
                            .anyMatch(activation -> activation.getFrom().equals(from))) {
                throw new RefusedException("the student " + release.getId() + " is active from " + from
                        + " on already; choose another time for " + id);
            }
        }
    }

    /** @throws RefusedException if the student's state does not allow an activation */
    public static void requireActivable(StudentRelease release) {
        if (release.getState() == StudentState.QUARANTINED) {
            throw new RefusedException("the student " + release.getId() + " is QUARANTINED: " + release.getReason());
        }
    }

    /**
     * Quarantines the present canary, or if there is none the stable student. The student that was stable before
     * answers from now on. Planned activations of other students stay.
     *
     * @param switching refused if another student is activated within this time, because either may be the bad one
     * @return the record of the quarantined student, then the others that change
     */
    public static List<StudentRelease> rollback(
            ControlRecords<StudentRelease> records, String reason, Instant time, Duration switching) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var timeline = timeline(records.byId().values());
        var live = timeline.interval(now);
        String bad = live.canary() == null ? live.stable() : live.canary();
        if (bad.equals(BASE)) {
            throw new RefusedException("only the student of the settings is active, so there is nothing to roll back");
        }
        timeline.planned(now).stream()
                .map(Timeline.Activation::value)
                .filter(plan -> plan.from().isBefore(now.plus(switching)))
                .filter(plan -> !plan.students().contains(bad))
                .findFirst()
                .ifPresent(plan -> {
                    throw new RefusedException(
                            bad + " answers now, and " + String.join(" and ", plan.students()) + " from " + plan.from()
                                    + " on; activate " + bad + " to cancel that, or wait for that time");
                });
        var next = new TreeMap<>(records.byId());
        next.put(
                bad,
                StudentRelease.newBuilder(records.require(bad))
                        .setState(StudentState.QUARANTINED)
                        .setReason(reason)
                        .build());
        String good = timeline(next.values()).interval(now).stable();
        if (!good.equals(BASE)) {
            // It gets an activation of its own, so that its interval is among those whose students are loaded.
            var activations = new ArrayList<>(
                    with(records.require(good), at -> !at.getFrom().equals(now)).getActivations());
            activations.add(new StudentActivation(now, 1.0));
            next.put(
                    good,
                    StudentRelease.newBuilder(records.require(good))
                            .setActivations(activations)
                            .build());
        }
        return settled(records.byId(), next, bad);
    }

    /** The records that change, {@code first} before the others, each in the state that follows from the timeline. */
    private static List<StudentRelease> settled(
            Map<String, StudentRelease> before, Map<String, StudentRelease> after, String first) {
        var last = timeline(after.values()).last().students();
        var changed = new ArrayList<StudentRelease>();
        after.forEach((id, release) -> {
            var settled = release.getState() == StudentState.QUARANTINED
                    ? release
                    : StudentRelease.newBuilder(release)
                            .setState(
                                    last.contains(id)
                                            ? StudentState.ACTIVE
                                            : release.getActivations().isEmpty()
                                                    ? StudentState.STAGED
                                                    : StudentState.SUPERSEDED)
                            .build();
            if (id.equals(first)) {
                changed.add(0, settled);
            } else if (!settled.equals(before.get(id))) {
                changed.add(settled);
            }
        });
        return changed;
    }

    private static StudentRelease with(StudentRelease release, Predicate<StudentActivation> kept) {
        if (release.getState() == StudentState.QUARANTINED) {
            return release; // Its activations are history.
        }
        return StudentRelease.newBuilder(release)
                .setActivations(release.getActivations().stream().filter(kept).toList())
                .build();
    }

    private static boolean isPlanned(StudentActivation activation, Instant now) {
        return activation.getFrom().isAfter(now);
    }

    private static StudentTimeline timeline(Collection<StudentRelease> releases) {
        return StudentTimeline.of(releases, BASE);
    }
}
