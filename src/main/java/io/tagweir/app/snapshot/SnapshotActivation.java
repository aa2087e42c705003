package io.tagweir.app.snapshot;

import io.tagweir.app.command.ActivationOptions;
import io.tagweir.app.command.Await;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.Snapshot;
import io.tagweir.control.ControlRecords;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.life.SnapshotTimeline;
import io.tagweir.snapshot.life.SnapshotTransitions;
import io.tagweir.snapshot.life.Verification;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Activates a snapshot: waits until all running applications have verified it, runs the checks, and writes the control
 * records. Used by one thread.
 *
 * @param spec of the command that was given
 */
record SnapshotActivation(Settings settings, Clock clock, ActivationOptions options, CommandSpec spec) {

    /** @throws RefusedException with every reason why it can't be activated */
    void run(SnapshotPublisher publisher, String id) {
        var from = options.from();
        var out = spec.commandLine().getOut();
        var control = SnapshotTopics.control(settings);
        var snapshot = control.read().require(id);
        SnapshotTransitions.requireActivable(snapshot);
        requireVerified(snapshot, out);
        var failures = failedChecks(control.read(), snapshot, from, out);
        var overridden = options.override(failures, spec, "snapshot activate", id);
        overridden.forEach(failure -> out.println("overridden: " + failure));
        // The lead counts from here: the gate may have taken longer than the lead, and an event time that is past
        // switches the instances at different queries.
        var start = from == null ? clock.instant().plus(settings.app().activationLead()) : from;
        var active = publisher.activate(id, start, overridden);
        out.println(id + " " + active.getState() + " for queries from "
                + active.getActivations().get(active.getActivations().size() - 1));
        out.flush();
    }

    private void requireVerified(Snapshot snapshot, PrintWriter out) {
        String id = snapshot.getId();
        var reports = SnapshotTopics.headReports(settings);
        var err = spec.commandLine().getErr();
        var verification = new Await(
                        options.limit(), id + " to be verified", "interrupted; " + id + " is not activated", err)
                .poll(
                        () -> Verification.of(snapshot, reports.read()),
                        now -> Stream.concat(now.problems().stream(), now.silent().stream())
                                .toList());
        var problems = new ArrayList<>(verification.problems());
        if (!snapshot.getNormaliser().equals(Normaliser.VERSION)) {
            problems.add("the keys of " + id + " were made with the normaliser " + snapshot.getNormaliser()
                    + ", this release has " + Normaliser.VERSION);
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        if (!verification.isAnyRunning()) {
            out.println("no application that reports its snapshots is running; each will verify " + id
                    + " before it answers from it");
        }
        verification
                .silent()
                .forEach(application -> out.println(application + " is running and has not reported any snapshot; it"
                        + " will verify " + id + " before it answers from it"));
    }

    /** The failed checks that can be overridden. */
    private List<String> failedChecks(
            ControlRecords<Snapshot> records, Snapshot snapshot, @Nullable Instant from, PrintWriter out) {
        var failures = new ArrayList<String>();
        String taxonomy = settings.snapshots().taxonomy().fingerprint();
        if (!snapshot.getTaxonomy().equals(taxonomy)) {
            failures.add("the labels of " + snapshot.getId() + " were checked against the taxonomy '"
                    + snapshot.getTaxonomy() + "', the configured one is '" + taxonomy + "'");
        }
        var now = clock.instant();
        var timeline = SnapshotTimeline.of(records.byId().values());
        if (!timeline.at(now).equals(Optional.of(snapshot.getId()))) {
            var report = SnapshotCheckCommand.judge(settings, records, snapshot.getId(), now);
            new GateReportView(report).print(out);
            failures.addAll(report.breaches());
        }
        // Checked last, and with the present time: an event time that was ahead may be past after the gate.
        now = clock.instant();
        if (from != null && from.isBefore(now) && timeline.latest(now).isPresent()) {
            failures.add("queries from " + from + " on have been answered from "
                    + timeline.at(from).orElseThrow() + "; an activation from then on would change that");
        }
        return failures;
    }
}
