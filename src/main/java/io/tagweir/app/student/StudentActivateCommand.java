package io.tagweir.app.student;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.ActivationOptions;
import io.tagweir.app.command.Await;
import io.tagweir.avro.StudentRelease;
import io.tagweir.control.ControlRecords;
import io.tagweir.reason.RefusedException;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentInstances;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student activate}: the whole fleet switches at one event time, for all keys or a share of them. */
@Command(
        name = "activate",
        description = "Makes a staged student answer queries from an event time on, all or a share of the canonical"
                + " queries. Refused unless every running instance has loaded it. Cancels planned activations.",
        mixinStandardHelpOptions = true)
final class StudentActivateCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "Id of the student; latest: the one that was staged last.")
    private String id = "";

    @Option(
            names = "--share",
            paramLabel = "X",
            description =
                    "Share of the canonical queries that it answers, above 0 and at most 1 (${DEFAULT-VALUE}); the"
                            + " student before answers the rest.")
    private double share = 1;

    @Mixin
    private ActivationOptions options = new ActivationOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var from = options.from();
        var settings = cluster.reachable();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var clock = Clock.systemUTC();
        var control = StudentTopics.control(settings, err::println);
        var records = control.read();
        String chosen = id.equals("latest") ? latest(records) : id;
        StudentTransitions.requireActivable(records.require(chosen));
        var reports = StudentTopics.reports(settings);
        var instances = new Await(
                        options.limit(), chosen + " to be loaded", "interrupted; " + chosen + " is not activated", err)
                .poll(() -> StudentInstances.of(reports.read()), now -> now.without(chosen));
        var without = instances.without(chosen);
        if (!without.isEmpty()) {
            throw new RefusedException(withHint(without, records, chosen));
        }
        if (instances.running().isEmpty()) {
            out.println("no instance is running; each will load " + chosen + " before it answers");
        }
        var written = control.change(known -> {
            var now = clock.instant();
            var start = from == null ? now.plus(settings.app().activationLead()) : from;
            var overridden = options.override(failedChecks(known, start, now), spec, "student activate", id);
            return StudentTransitions.activate(known, chosen, share, start, now, overridden);
        });
        var active = written.get(0);
        var last = active.getActivations().get(active.getActivations().size() - 1);
        out.printf(
                Locale.ROOT,
                "%s %s for %s queries from %s%n",
                active.getId(),
                active.getState(),
                last.getShare() < 1 ? last.getShare() + " of the" : "all",
                last.getFrom());
        out.flush();
        return 0;
    }

    private static List<String> withHint(List<String> problems, ControlRecords<StudentRelease> records, String chosen) {
        var lines = new ArrayList<>(problems);
        StudentCatalog.stagedLast(records.byId().values())
                .map(StudentRelease::getId)
                .filter(last -> !last.equals(chosen))
                .ifPresent(last -> lines.add(
                        last + " was staged after " + chosen + ", and only the last is loaded: stage it again"));
        return lines;
    }

    /** The failed checks that can be overridden. */
    private static List<String> failedChecks(ControlRecords<StudentRelease> records, Instant start, Instant now) {
        var present = StudentTimeline.of(records.byId().values(), StudentTransitions.BASE)
                .interval(now);
        String students = String.join(" and ", present.students());
        if (present.from().isAfter(start)) {
            return List.of("queries from " + present.from() + " on have been answered by " + students
                    + "; an activation from " + start + " on is before that");
        }
        return start.isBefore(now)
                ? List.of("queries since " + start + " have been answered by " + students + " already")
                : List.of();
    }

    private static String latest(ControlRecords<StudentRelease> records) {
        return StudentCatalog.stagedLast(records.byId().values())
                .map(StudentRelease::getId)
                .orElseThrow(() -> new RefusedException("no student is staged"));
    }
}
