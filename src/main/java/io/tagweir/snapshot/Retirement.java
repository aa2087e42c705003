package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.Held;
import io.tagweir.control.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the rows of a snapshot may go, and the control record that says so. Pure functions.
 *
 * <p>A snapshot that has answered is kept until it has answered nothing for long enough, nothing refers to it (it is
 * not live, not planned, not what a rollback would go to), and the one that was activated after it is verified. One
 * that never answered may go at any time: nothing depends on it.
 */
public final class Retirement {

    private Retirement() {}

    /**
     * @param liveTrouble what keeps the live snapshot from being verified on every running application; empty: nothing
     * @throws Refused with everything that speaks against it
     */
    public static List<Snapshot> retire(
            Held<Snapshot> held, String id, Duration age, List<String> liveTrouble, Instant time) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var snapshot = held.require(id);
        if (isRetired(snapshot)) {
            return List.of();
        }
        var problems = new ArrayList<>(references(held, snapshot, now));
        if (problems.isEmpty() && !snapshot.getActivations().isEmpty()) {
            problems.addAll(tooEarly(held, snapshot, age, now));
            problems.addAll(liveTrouble);
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        boolean quarantined = snapshot.getState() == SnapshotState.QUARANTINED;
        return List.of(Snapshot.newBuilder(snapshot)
                .setState(quarantined ? SnapshotState.QUARANTINED : SnapshotState.RETIRED)
                .setRetiredAt(now)
                .build());
    }

    /**
     * The record of a retired snapshot with why it was. That it was quarantined, and why, stays the first thing it
     * says.
     */
    public static Snapshot because(Snapshot retired, String reason) {
        String before = retired.getReason();
        return Snapshot.newBuilder(retired)
                .setReason(before == null ? reason : before + "; retired: " + reason)
                .build();
    }

    public static boolean isRetired(Snapshot snapshot) {
        return snapshot.getState() == SnapshotState.RETIRED || snapshot.getRetiredAt() != null;
    }

    private static List<String> references(Held<Snapshot> held, Snapshot snapshot, Instant now) {
        String id = snapshot.getId();
        var timeline = Timeline.of(held.records().values());
        var live = timeline.at(now);
        var problems = new ArrayList<String>();
        if (live.equals(Optional.of(id))) {
            problems.add("the snapshot " + id + " answers now");
        }
        timeline.planned(now).stream()
                .filter(plan -> plan.snapshot().equals(id))
                .findFirst()
                .ifPresent(plan -> problems.add("the snapshot " + id + " is planned from " + plan.from() + " on"));
        live.flatMap(bad -> Transitions.lastGood(held, bad, now))
                .filter(good -> good.getId().equals(id))
                .ifPresent(good -> problems.add("the snapshot " + id + " is what a rollback would go back to"));
        if (problems.isEmpty() && snapshot.getState() == SnapshotState.ACTIVE) {
            problems.add("the snapshot " + id + " is ACTIVE");
        }
        return problems;
    }

    /** A quarantined snapshot counts here with the activations it had, up to when another took over. */
    private static List<String> tooEarly(Held<Snapshot> held, Snapshot snapshot, Duration age, Instant now) {
        var all = new ArrayList<>(held.records().values());
        all.remove(snapshot);
        if (Timeline.of(all).at(now).isEmpty()) {
            return List.of("no newer snapshot answers in place of " + snapshot.getId());
        }
        all.add(Snapshot.newBuilder(snapshot).setState(SnapshotState.SUPERSEDED).build());
        boolean came = snapshot.getActivations().stream().anyMatch(from -> !from.isAfter(now));
        var last = Timeline.of(all).lastAnswered(snapshot.getId(), now);
        if (!came || last.isPresent() && !last.get().plus(age).isAfter(now)) {
            return List.of();
        }
        return List.of(
                last.isEmpty()
                        ? "no newer snapshot answers in place of " + snapshot.getId()
                        : "the snapshot " + snapshot.getId() + " answered until " + last.get() + ", and is kept until "
                                + last.get().plus(age));
    }
}
