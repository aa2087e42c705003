package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.control.Held;
import io.tagweir.query.Normaliser;
import io.tagweir.snapshot.Fleet;
import io.tagweir.snapshot.SnapshotPublisher;
import io.tagweir.snapshot.Timeline;
import io.tagweir.snapshot.Transitions;
import io.tagweir.snapshot.Verification;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way to an activation: waits until the snapshot is verified where it is asked to, holds everything against it that
 * there is, and activates it if that is nothing, or may be forced. Used by one thread.
 */
final class Activation {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Settings settings;
    private final Clock clock;
    private final PrintWriter out;

    Activation(Settings settings, Clock clock, PrintWriter out) {
        this.settings = settings;
        this.clock = clock;
        this.out = out;
    }

    /**
     * @param from event time from which it is to hold; null: the configured lead ahead of now
     * @param force whether what may be forced is
     * @param wait how long to wait for it to be verified
     * @param forced makes the lines of a refusal of what the gate holds against it; see {@link ForcedCommand}
     * @throws Refusal with everything held against it
     */
    void run(
            SnapshotPublisher publisher,
            String id,
            @Nullable Instant from,
            boolean force,
            Duration wait,
            UnaryOperator<List<String>> forced) {
        var control = SnapshotTopics.control(settings);
        var snapshot = control.read().require(id);
        Transitions.requireActivable(snapshot);
        var fleet = SnapshotTopics.fleet(settings);
        var verification = await(
                fleet,
                snapshot,
                wait,
                now -> now.problems().isEmpty() && now.silent().isEmpty());
        var problems = new ArrayList<>(verification.problems());
        if (!snapshot.getNormaliser().equals(Normaliser.VERSION)) {
            problems.add("the keys of " + id + " were made with the normaliser " + snapshot.getNormaliser()
                    + ", this release has " + Normaliser.VERSION);
        }
        if (!problems.isEmpty()) {
            throw new Refusal(problems);
        }
        if (!verification.isAnyRunning()) {
            out.println("no application runs that has told of its snapshots: each verifies " + id
                    + " before it answers from it");
        }
        verification
                .silent()
                .forEach(application -> out.println(application + " runs and has told of no snapshot: it verifies " + id
                        + " before it answers from it"));
        var breaches = breaches(control.read(), snapshot, from);
        if (!breaches.isEmpty() && !force) {
            throw new Refusal(forced.apply(breaches));
        }
        breaches.forEach(breach -> out.println("forced: " + breach));
        // Only now: the gate may have read for longer than the lead, and an event time that is over switches nobody at
        // one query.
        var chosen = from == null ? clock.instant().plus(settings.app().activationLead()) : from;
        var active = publisher.activate(id, chosen, breaches);
        out.println(id + " " + active.getState() + " for queries from "
                + active.getActivations().get(active.getActivations().size() - 1));
        out.flush();
    }

    /** What speaks against an activation and may be forced all the same, which its control record then tells. */
    private List<String> breaches(Held<Snapshot> held, Snapshot snapshot, @Nullable Instant from) {
        var breaches = new ArrayList<String>();
        String taxonomy = settings.snapshots().taxonomy().fingerprint();
        if (!snapshot.getTaxonomy().equals(taxonomy)) {
            breaches.add("the labels of " + snapshot.getId() + " were checked against the taxonomy '"
                    + snapshot.getTaxonomy() + "', the configured one is '" + taxonomy + "'");
        }
        var now = clock.instant();
        boolean answersAlready = Timeline.of(held.records().values()).at(now).equals(Optional.of(snapshot.getId()));
        if (!answersAlready) {
            var judged = SnapshotCheckCommand.judge(settings, held.records(), snapshot.getId(), now);
            new GateReportView(judged).print(out);
            breaches.addAll(judged.breaches());
        }
        if (from != null) {
            breaches.addAll(rewritten(held, from));
        }
        return breaches;
    }

    /** Looked at last: an event time that lay ahead may be over once the gate has read what it judges. */
    private List<String> rewritten(Held<Snapshot> held, Instant from) {
        var now = clock.instant();
        var timeline = Timeline.of(held.records().values());
        return from.isBefore(now) && timeline.latest(now).isPresent()
                ? List.of("queries from " + from + " on have been answered from "
                        + timeline.at(from).orElseThrow() + "; an activation from then on would rewrite that")
                : List.of();
    }

    /** Looks until it is good or the time is over; returns the last look. */
    static Verification await(Fleet fleet, Snapshot snapshot, Duration limit, Predicate<Verification> good) {
        long deadline = System.nanoTime() + limit.toNanos();
        var verification = fleet.verify(snapshot);
        while (!good.test(verification) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            verification = fleet.verify(snapshot);
        }
        return verification;
    }
}
