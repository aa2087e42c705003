package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.control.Held;
import io.tagweir.control.Refused;
import io.tagweir.query.Normaliser;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The decisions behind {@code snapshot activate}, {@code rollback} and {@code quarantine}: from the control records as
 * they stand and the time, the records that follow. Pure functions.
 */
public final class Transitions {

    private Transitions() {}

    /**
     * Seals a snapshot.
     *
     * @param made its control record, as it was read or announced, with all but the manifest
     */
    public static List<Snapshot> seal(Held<Snapshot> held, Snapshot made, Manifest manifest) {
        var known = held.records().get(made.getId());
        if (known != null
                && (known.getState() != SnapshotState.PUBLISHING
                        || !known.getCreatedAt().equals(made.getCreatedAt()))) {
            throw new Refused("the snapshot " + made.getId() + " is " + known.getState() + " and can't be sealed");
        }
        return List.of(manifest.into(Snapshot.newBuilder(made).setState(SnapshotState.SEALED))
                .build());
    }

    /**
     * Makes a sealed snapshot answer all queries from an event time on. What was planned beyond that time and has not
     * come yet is called off; what has come stays in the history, so that a replay gives the same answers.
     *
     * @param eventTime refused where another snapshot's activation from then on, or later, has come already
     * @param forced what was held against it, and done all the same; kept in its record
     * @return the record of the active snapshot first, then those it changes
     */
    public static List<Snapshot> activate(
            Held<Snapshot> held, String id, Instant eventTime, Instant now, List<String> forced) {
        var from = eventTime.truncatedTo(ChronoUnit.MILLIS);
        var chosen = held.require(id);
        requireActivable(chosen);
        requireFree(held, id, from, now);
        var next = new ArrayList<Snapshot>();
        var reasons = new ArrayList<>(chosen.getForced());
        reasons.addAll(forced);
        next.add(Snapshot.newBuilder(chosen)
                .setState(SnapshotState.ACTIVE)
                .setActivations(with(withoutPlans(chosen.getActivations(), from, now), from))
                .setForced(reasons)
                .build());
        for (var other : held.records().values()) {
            var state = other.getState();
            if (other.getId().equals(id) || (state != SnapshotState.ACTIVE && state != SnapshotState.SUPERSEDED)) {
                continue;
            }
            // One moment has one snapshot: a plan of another for the very same is called off, too.
            var kept = withoutPlans(other.getActivations(), from.minusMillis(1), now);
            boolean calledOff = kept.size() < other.getActivations().size();
            if (state == SnapshotState.ACTIVE || calledOff) {
                boolean neverCame = state == SnapshotState.ACTIVE && kept.isEmpty();
                next.add(Snapshot.newBuilder(other)
                        .setState(neverCame ? SnapshotState.SEALED : SnapshotState.SUPERSEDED)
                        .setActivations(kept)
                        .build());
            }
        }
        return next;
    }

    /** What has come stays in the history; what is activated now must be what answers from then on. */
    private static void requireFree(Held<Snapshot> held, String id, Instant from, Instant now) {
        others(held, id)
                .latest(now)
                .filter(latest -> !latest.from().isBefore(from))
                .ifPresent(latest -> {
                    throw new Refused(latest.snapshot() + " is active from " + latest.from()
                            + " already; choose another moment for " + id);
                });
    }

    /** @throws Refused where the snapshot's state alone keeps it from becoming active */
    public static void requireActivable(Snapshot snapshot) {
        switch (snapshot.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> {}
            default ->
                throw new Refused(
                        "the snapshot " + snapshot.getId() + " is " + snapshot.getState() + " and can't become active");
        }
    }

    /**
     * Quarantines the snapshot that answers now and has the last good one answer from now on. Plans of other snapshots
     * stand: somebody has decided on them, and they can be called off one by one.
     *
     * @param switching an activation nearer than this is on its way: it is refused, as which of the two is the bad one
     *     can't be told
     * @return the record of the quarantined snapshot, then that of the one that answers, then what else changes
     */
    public static List<Snapshot> rollback(Held<Snapshot> held, String reason, Instant time, Duration switching) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var timeline = Timeline.of(held.records().values());
        var live = timeline.latest(now)
                .orElseThrow(() -> new Refused("no snapshot answers now, so there is nothing to roll back"));
        timeline.planned(now).stream()
                .filter(plan -> plan.from().isBefore(now.plus(switching)))
                .filter(plan -> !plan.snapshot().equals(live.snapshot()))
                .findFirst()
                .ifPresent(plan -> {
                    throw new Refused(live.snapshot() + " answers now, and " + plan.snapshot() + " from " + plan.from()
                            + " on: quarantine " + plan.snapshot() + " to call it off, or wait for that moment");
                });
        return giveWay(held, held.require(live.snapshot()), reason, now);
    }

    private static List<Snapshot> giveWay(Held<Snapshot> held, Snapshot bad, String reason, Instant now) {
        var good = lastGood(held, bad.getId(), now)
                .orElseThrow(() -> new Refused(
                        "there is no good snapshot to go back to from " + bad.getId() + "; looked at: " + seen(held)));
        var last = lastPlanned(held, bad, now).orElse(good.getId());
        var next = new ArrayList<>(List.of(
                quarantined(bad, reason),
                Snapshot.newBuilder(good)
                        .setState(last.equals(good.getId()) ? SnapshotState.ACTIVE : SnapshotState.SUPERSEDED)
                        .setActivations(with(good.getActivations(), now))
                        .build()));
        if (!last.equals(good.getId())) {
            makeActive(held.require(last), next);
        }
        return next;
    }

    /** The last activated is ACTIVE, whoever was that before. */
    private static void makeActive(Snapshot last, List<Snapshot> next) {
        if (last.getState() == SnapshotState.SUPERSEDED) {
            next.add(Snapshot.newBuilder(last).setState(SnapshotState.ACTIVE).build());
        }
    }

    /** The snapshot whose activation is the last of those to come, {@code bad} left aside. */
    private static Optional<String> lastPlanned(Held<Snapshot> held, Snapshot bad, Instant now) {
        return others(held, bad.getId()).planned(now).stream()
                .map(Timeline.Activation::snapshot)
                .reduce((earlier, later) -> later);
    }

    private static Timeline others(Held<Snapshot> held, String id) {
        return Timeline.of(held.records().values().stream()
                .filter(snapshot -> !snapshot.getId().equals(id))
                .toList());
    }

    /** The snapshot that a rollback from {@code bad} goes to: the latest active before it that can still answer. */
    public static Optional<Snapshot> lastGood(Held<Snapshot> held, String bad, Instant now) {
        return Timeline.of(held.records().values()).before(now).stream()
                .filter(id -> !id.equals(bad))
                .map(held::require)
                .filter(snapshot -> snapshot.getNormaliser().equals(Normaliser.VERSION))
                .findFirst();
    }

    private static String seen(Held<Snapshot> held) {
        var seen = new ArrayList<String>();
        for (var snapshot : held.records().values()) {
            var why = snapshot.getActivations().isEmpty()
                    ? ", never active"
                    : snapshot.getNormaliser().equals(Normaliser.VERSION)
                            ? ""
                            : ", keys of " + snapshot.getNormaliser();
            seen.add(snapshot.getId() + " (" + snapshot.getState() + why + ")");
        }
        return String.join(", ", seen);
    }

    /**
     * Quarantines any snapshot. Where it answers now the last good one takes over, as in a rollback; what was planned
     * of it is called off.
     *
     * @param force also where it answers now and no other could: nothing answers from the head then
     * @return the record of the quarantined snapshot, then those that change with it
     */
    public static List<Snapshot> quarantine(
            Held<Snapshot> held, String id, String reason, Instant time, boolean force) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var bad = held.require(id);
        if (bad.getState() == SnapshotState.QUARANTINED) {
            throw new Refused("the snapshot " + id + " is QUARANTINED already: " + bad.getReason());
        }
        var live = Timeline.of(held.records().values()).latest(now).map(Timeline.Activation::snapshot);
        boolean answers = live.equals(Optional.of(id));
        if (answers && !(force && lastGood(held, id, now).isEmpty())) {
            return giveWay(held, bad, reason, now);
        }
        var next = new ArrayList<>(List.of(quarantined(bad, reason)));
        if (bad.getState() == SnapshotState.ACTIVE) {
            // The last of the other plans stands; where there is none, the one that answers goes on.
            lastPlanned(held, bad, now)
                    .or(() -> answers ? Optional.empty() : live)
                    .map(held::require)
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
