package io.tagweir.roster;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.control.Held;
import io.tagweir.control.Refused;
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
 * The decisions behind {@code student stage}, {@code activate} and {@code rollback}: from the control records as they
 * stand and the time, the records that follow. Pure functions.
 */
public final class StudentTransitions {

    /** Stands for the student of the settings, which has no control record, in what these decisions tell. */
    public static final String BASE = "the student of the settings";

    private StudentTransitions() {}

    /**
     * Stages a student, for the first time or anew.
     *
     * @param made its control record as one that was never staged would have it
     */
    public static List<StudentRelease> stage(Held<StudentRelease> held, StudentRelease made) {
        var known = held.records().get(made.getId());
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
     * Has a staged student answer a share of the keys from an event time on. What was planned and has not come yet is
     * called off, so that never more than one stretch lies ahead; what has come stays in the history.
     *
     * @param share above 0; 1: all keys
     * @param eventTime refused where it has come and another student is active from that very moment on
     * @param forced what was held against it, and done all the same; kept in its record
     * @return the record of the active student first, then those it changes
     */
    public static List<StudentRelease> activate(
            Held<StudentRelease> held, String id, double share, Instant eventTime, Instant now, List<String> forced) {
        var from = eventTime.truncatedTo(ChronoUnit.MILLIS);
        var chosen = held.require(id);
        requireActivable(chosen);
        if (!StudentLife.isShare(share)) {
            throw new Refused("a share is more than 0 and at most 1, not " + share);
        }
        var next = new TreeMap<>(held.records());
        next.replaceAll((other, release) -> with(release, activation -> !isPlan(activation, now)));
        var before = timeline(next.values()).stretch(from);
        if (share < 1 && before.stable().equals(id)) {
            throw new Refused("the student " + id + " answers all queries from " + before.from()
                    + " on, so it can't be given a share of them");
        }
        requireFree(next.values(), id, from);
        var activations = new ArrayList<>(
                with(chosen, at -> !isPlan(at, now) && !at.getFrom().equals(from))
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
        return settled(held.records(), next, id);
    }

    /** Of two students from the same moment on only one could answer, and what has come stays in the history. */
    private static void requireFree(Collection<StudentRelease> releases, String id, Instant from) {
        for (var release : releases) {
            if (StudentLife.answers(release)
                    && !release.getId().equals(id)
                    && release.getActivations().stream()
                            .anyMatch(activation -> activation.getFrom().equals(from))) {
                throw new Refused("the student " + release.getId() + " is active from " + from
                        + " on already; choose another moment for " + id);
            }
        }
    }

    /** @throws Refused where the student's state alone keeps it from becoming active */
    public static void requireActivable(StudentRelease release) {
        if (release.getState() == StudentState.QUARANTINED) {
            throw new Refused("the student " + release.getId() + " is QUARANTINED: " + release.getReason());
        }
    }

    /**
     * Quarantines the canary of now, or where there is none the student that answers all; the one that was stable
     * before it answers from now on. Plans of other students stand.
     *
     * @param switching an activation nearer than this is on its way: it is refused, as which of the two is the bad one
     *     can't be told
     * @return the record of the quarantined student first, then those that change with it
     */
    public static List<StudentRelease> rollback(
            Held<StudentRelease> held, String reason, Instant time, Duration switching) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var timeline = timeline(held.records().values());
        var live = timeline.stretch(now);
        String bad = live.canary() == null ? live.stable() : live.canary();
        if (bad.equals(BASE)) {
            throw new Refused("no student is active now but that of the settings, so there is nothing to roll back");
        }
        timeline.planned(now).stream()
                .filter(plan -> plan.from().isBefore(now.plus(switching)))
                .filter(plan -> !plan.students().contains(bad))
                .findFirst()
                .ifPresent(plan -> {
                    throw new Refused(bad + " answers now, and " + String.join(" and ", plan.students()) + " from "
                            + plan.from() + " on: activate " + bad + " to call that off, or wait for that moment");
                });
        var next = new TreeMap<>(held.records());
        next.put(
                bad,
                StudentRelease.newBuilder(held.require(bad))
                        .setState(StudentState.QUARANTINED)
                        .setReason(reason)
                        .build());
        String good = timeline(next.values()).stretch(now).stable();
        if (!good.equals(BASE)) {
            // An activation of its own, so that what it takes to go back is what has been loaded all along.
            var activations = new ArrayList<>(
                    with(held.require(good), at -> !at.getFrom().equals(now)).getActivations());
            activations.add(new StudentActivation(now, 1.0));
            next.put(
                    good,
                    StudentRelease.newBuilder(held.require(good))
                            .setActivations(activations)
                            .build());
        }
        return settled(held.records(), next, bad);
    }

    /** The records that change, {@code first} before the others, each in the state that the whole timeline gives it. */
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
            return release; // What it did is history, and holds no more.
        }
        return StudentRelease.newBuilder(release)
                .setActivations(release.getActivations().stream().filter(kept).toList())
                .build();
    }

    private static boolean isPlan(StudentActivation activation, Instant now) {
        return activation.getFrom().isAfter(now);
    }

    private static StudentTimeline timeline(Collection<StudentRelease> releases) {
        return StudentTimeline.of(releases, BASE);
    }
}
