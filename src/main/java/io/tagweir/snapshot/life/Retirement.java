package io.tagweir.snapshot.life;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.ControlRecords;
import io.tagweir.reason.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the rows of a snapshot may be removed, and the control record that says so. Pure functions.
 *
 * <p>A snapshot that has answered is kept until it has answered nothing for long enough, it is not active, planned or
 * the target of a rollback, and the active one is verified. One that never answered can be retired at any time.
 */
public final class Retirement {

    private Retirement() {}

    /**
     * @param activeProblems where the active snapshot is not verified
     * @throws RefusedException with every reason why it has to be kept
     */
    public static List<Snapshot> retire(
            ControlRecords<Snapshot> records, String id, Duration age, List<String> activeProblems, Instant time) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var snapshot = records.require(id);
        if (isRetired(snapshot)) {
            return List.of();
        }
        var problems = new ArrayList<>(references(records, snapshot, now));
        if (problems.isEmpty() && !snapshot.getActivations().isEmpty()) {
            problems.addAll(tooEarly(records, snapshot, age, now));
            problems.addAll(activeProblems);
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        boolean quarantined = snapshot.getState() == SnapshotState.QUARANTINED;
        return List.of(Snapshot.newBuilder(snapshot)
                .setState(quarantined ? SnapshotState.QUARANTINED : SnapshotState.RETIRED)
                .setRetiredAt(now)
                .build());
    }

    /** Adds the reason to the record of a retired snapshot, after that of a quarantine. */
    public static Snapshot because(Snapshot retired, String reason) {
        String before = retired.getReason();
        return Snapshot.newBuilder(retired)
                .setReason(before == null ? reason : before + "; retired: " + reason)
                .build();
    }

    public static boolean isRetired(Snapshot snapshot) {
        return snapshot.getState() == SnapshotState.RETIRED || snapshot.getRetiredAt() != null;
    }

    private static List<String> references(ControlRecords<Snapshot> records, Snapshot snapshot, Instant now) {
        String id = snapshot.getId();
        var timeline = SnapshotTimeline.of(records.byId().values());
        var live = timeline.at(now);
        var problems = new ArrayList<String>();
        if (live.equals(Optional.of(id))) {
            problems.add("the snapshot " + id + " answers now");
        }
        timeline.planned(now).stream()
                .filter(plan -> plan.value().equals(id))
                .findFirst()
                .ifPresent(plan -> problems.add("the snapshot " + id + " is planned from " + plan.from() + " on"));
        live.flatMap(bad -> SnapshotTransitions.lastGood(records, bad, now))
                .filter(good -> good.getId().equals(id))
                .ifPresent(good -> problems.add("the snapshot " + id + " is the one that a rollback would activate"));
        if (problems.isEmpty() && snapshot.getState() == SnapshotState.ACTIVE) {
            problems.add("the snapshot " + id + " is ACTIVE");
        }
        return problems;
    }

    /** Here the activations of a quarantined snapshot count too, until another took over. */
    private static List<String> tooEarly(
            ControlRecords<Snapshot> records, Snapshot snapshot, Duration age, Instant now) {
        var all = new ArrayList<>(records.byId().values());
        all.remove(snapshot);
        if (SnapshotTimeline.of(all).at(now).isEmpty()) {
            return List.of("no newer snapshot has replaced " + snapshot.getId());
        }
        all.add(Snapshot.newBuilder(snapshot).setState(SnapshotState.SUPERSEDED).build());
        boolean came = snapshot.getActivations().stream().anyMatch(from -> !from.isAfter(now));
        var last = SnapshotTimeline.of(all).lastAnswered(snapshot.getId(), now);
        if (!came || last.isPresent() && !last.get().plus(age).isAfter(now)) {
            return List.of();
        }
        return List.of(
                last.isEmpty()
                        ? "no newer snapshot has replaced " + snapshot.getId()
                        : "the snapshot " + snapshot.getId() + " answered until " + last.get() + ", and is kept until "
                                + last.get().plus(age));
    }
}
