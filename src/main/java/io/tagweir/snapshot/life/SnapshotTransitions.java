package io.tagweir.snapshot.life;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.ControlRecords;
import io.tagweir.control.Timeline;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of {@code snapshot activate}, {@code rollback} and {@code quarantine}: they map the present control
 * records and the time to the records that follow. Pure functions.
 */
public final class SnapshotTransitions {

    private SnapshotTransitions() {}

    /**
     * Seals a snapshot.
     *
     * @param made its control record without the manifest
     */
    public static List<Snapshot> seal(ControlRecords<Snapshot> records, Snapshot made, Manifest manifest) {
        var known = records.byId().get(made.getId());
        if (known != null
                && (known.getState() != SnapshotState.PUBLISHING
                        || !known.getCreatedAt().equals(made.getCreatedAt()))) {
            throw new RefusedException(
                    "the snapshot " + made.getId() + " is " + known.getState() + " and can't be sealed");
        }
        return List.of(manifest.into(Snapshot.newBuilder(made).setState(SnapshotState.SEALED))
                .build());
    }

    /**
     * Makes a sealed snapshot answer all queries from an event time on. Activations planned after that time are
     * cancelled; past ones stay, so that a replay gives the same answers.
     *
     * @param eventTime refused if another snapshot has been activated from then on or later, and that is past
     * @param forced the checks that failed and were overridden; kept in its record
     * @return the record of the active snapshot, then the others that change
     */
    public static List<Snapshot> activate(
            ControlRecords<Snapshot> records, String id, Instant eventTime, Instant now, List<String> forced) {
        var from = eventTime.truncatedTo(ChronoUnit.MILLIS);
        var chosen = records.require(id);
        requireActivable(chosen);
        requireFree(records, id, from, now);
        var next = new ArrayList<Snapshot>();
        var reasons = new ArrayList<>(chosen.getForced());
        reasons.addAll(forced);
        next.add(Snapshot.newBuilder(chosen)
                .setState(SnapshotState.ACTIVE)
                .setActivations(with(withoutPlans(chosen.getActivations(), from, now), from))
                .setForced(reasons)
                .build());
        for (var other : records.byId().values()) {
            var state = other.getState();
            if (other.getId().equals(id) || (state != SnapshotState.ACTIVE && state != SnapshotState.SUPERSEDED)) {
                continue;
            }
            // Only one snapshot can be active from a given time, so a plan of another for the same time is cancelled
            // too.
            var kept = withoutPlans(other.getActivations(), from.minusMillis(1), now);
            boolean cancelled = kept.size() < other.getActivations().size();
            if (state == SnapshotState.ACTIVE || cancelled) {
                boolean neverStarted = state == SnapshotState.ACTIVE && kept.isEmpty();
                next.add(Snapshot.newBuilder(other)
                        .setState(neverStarted ? SnapshotState.SEALED : SnapshotState.SUPERSEDED)
                        .setActivations(kept)
                        .build());
            }
        }
        return next;
    }

    /** Past activations stay, so none may be at or after the new one. */
    private static void requireFree(ControlRecords<Snapshot> records, String id, Instant from, Instant now) {
        others(records, id)
                .latest(now)
                .filter(latest -> !latest.from().isBefore(from))
                .ifPresent(latest -> {
                    throw new RefusedException(latest.value() + " is active from " + latest.from()
                            + " already; choose another time for " + id);
                });
    }

    /** @throws RefusedException if the snapshot's state does not allow an activation */
    public static void requireActivable(Snapshot snapshot) {
        switch (snapshot.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> {}
            default ->
                throw new RefusedException(
                        "the snapshot " + snapshot.getId() + " is " + snapshot.getState() + " and can't become active");
        }
    }

    /**
     * Quarantines the active snapshot and activates the last good one from now on. Planned activations of other
     * snapshots stay.
     *
     * @param switching refused if another snapshot is activated within this time, because either may be the bad one
     * @return the record of the quarantined snapshot, then that of the active one, then the others that change
     */
    public static List<Snapshot> rollback(
            ControlRecords<Snapshot> records, String reason, Instant time, Duration switching) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var timeline = SnapshotTimeline.of(records.byId().values());
        var live = timeline.latest(now)
                .orElseThrow(() -> new RefusedException("no snapshot answers now, so there is nothing to roll back"));
        timeline.planned(now).stream()
                .filter(plan -> plan.from().isBefore(now.plus(switching)))
                .filter(plan -> !plan.value().equals(live.value()))
                .findFirst()
                .ifPresent(plan -> {
                    throw new RefusedException(
                            live.value() + " answers now, and " + plan.value() + " from " + plan.from()
                                    + " on; quarantine " + plan.value() + " to cancel that, or wait for that time");
                });
        return replace(records, records.require(live.value()), reason, now);
    }

    private static List<Snapshot> replace(ControlRecords<Snapshot> records, Snapshot bad, String reason, Instant now) {
        var good = lastGood(records, bad.getId(), now)
                .orElseThrow(() -> new RefusedException("there is no good snapshot to go back to from " + bad.getId()
                        + "; considered: " + considered(records)));
        var last = lastPlanned(records, bad, now).orElse(good.getId());
        var next = new ArrayList<>(List.of(
                quarantined(bad, reason),
                Snapshot.newBuilder(good)
                        .setState(last.equals(good.getId()) ? SnapshotState.ACTIVE : SnapshotState.SUPERSEDED)
                        .setActivations(with(good.getActivations(), now))
                        .build()));
        if (!last.equals(good.getId())) {
            makeActive(records.require(last), next);
        }
        return next;
    }

    /** Only the snapshot activated last is ACTIVE. */
    private static void makeActive(Snapshot last, List<Snapshot> next) {
        if (last.getState() == SnapshotState.SUPERSEDED) {
            next.add(Snapshot.newBuilder(last).setState(SnapshotState.ACTIVE).build());
        }
    }

    /** The snapshot that is planned last, apart from {@code bad}. */
    private static Optional<String> lastPlanned(ControlRecords<Snapshot> records, Snapshot bad, Instant now) {
        return others(records, bad.getId()).planned(now).stream()
                .map(Timeline.Activation::value)
                .reduce((earlier, later) -> later);
    }

    private static SnapshotTimeline others(ControlRecords<Snapshot> records, String id) {
        return SnapshotTimeline.of(records.byId().values().stream()
                .filter(snapshot -> !snapshot.getId().equals(id))
                .toList());
    }

    /** The snapshot that a rollback from {@code bad} activates: the latest active one that can still answer. */
    public static Optional<Snapshot> lastGood(ControlRecords<Snapshot> records, String bad, Instant now) {
        return SnapshotTimeline.of(records.byId().values()).before(now).stream()
                .filter(id -> !id.equals(bad))
                .map(records::require)
                .filter(snapshot -> snapshot.getNormaliser().equals(Normaliser.VERSION))
                .findFirst();
    }

    private static String considered(ControlRecords<Snapshot> records) {
        var considered = new ArrayList<String>();
        for (var snapshot : records.byId().values()) {
            var why = snapshot.getActivations().isEmpty()
                    ? ", never active"
                    : snapshot.getNormaliser().equals(Normaliser.VERSION)
                            ? ""
                            : ", keys of " + snapshot.getNormaliser();
            considered.add(snapshot.getId() + " (" + snapshot.getState() + why + ")");
        }
        return String.join(", ", considered);
    }

    /**
     * Quarantines a snapshot. If it is active, the last good one takes over, as in a rollback; its planned activations
     * are cancelled.
     *
     * @param force also if it is active and no other snapshot can take over: the head then answers nothing
     * @return the record of the quarantined snapshot, then the others that change
     */
    public static List<Snapshot> quarantine(
            ControlRecords<Snapshot> records, String id, String reason, Instant time, boolean force) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var bad = records.require(id);
        if (bad.getState() == SnapshotState.QUARANTINED) {
            throw new RefusedException("the snapshot " + id + " is QUARANTINED already: " + bad.getReason());
        }
        var live = SnapshotTimeline.of(records.byId().values()).latest(now).map(Timeline.Activation::value);
        boolean answers = live.equals(Optional.of(id));
        if (answers && !(force && lastGood(records, id, now).isEmpty())) {
            return replace(records, bad, reason, now);
        }
        var next = new ArrayList<>(List.of(quarantined(bad, reason)));
        if (bad.getState() == SnapshotState.ACTIVE) {
            // The last planned one of the others stays; without one, the active one does.
            lastPlanned(records, bad, now)
                    .or(() -> answers ? Optional.empty() : live)
                    .map(records::require)
                    .ifPresent(last -> makeActive(last, next));
        }
        return next;
    }

    private static Snapshot quarantined(Snapshot bad, @Nullable String reason) {
        return Snapshot.newBuilder(bad)
                .setState(SnapshotState.QUARANTINED)
                .setReason(reason)
                .build();
    }

    private static List<Instant> withoutPlans(List<Instant> activations, Instant from, Instant now) {
        return activations.stream()
                .filter(activation -> !activation.isAfter(from) || !activation.isAfter(now))
                .toList();
    }

    private static List<Instant> with(List<Instant> activations, Instant from) {
        var all = new LinkedHashSet<>(activations);
        all.remove(from);
        all.add(from);
        return List.copyOf(all);
    }
}
