package io.tagweir.app;

import io.tagweir.avro.StudentRelease;
import io.tagweir.control.Held;
import io.tagweir.control.Refused;
import io.tagweir.roster.Crew;
import io.tagweir.roster.CrewWatch;
import io.tagweir.roster.StudentCatalog;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student activate}: the whole fleet switches at one event time, all of it or a share of the keys. */
@Command(
        name = "activate",
        description = "Has a staged student answer queries from an event time on, all or a share of the canonical"
                + " queries. Refused unless every running instance has it loaded. Calls off what was planned before.",
        mixinStandardHelpOptions = true)
final class StudentActivateCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

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

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Event time in ISO 8601 from which it holds; without it, activation.lead.ms from now.")
    private @Nullable String from;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for every instance to have it loaded (${DEFAULT-VALUE}).")
    private long wait = 60;

    @Option(
            names = "--force",
            description = "Activates it also for a time that another student has answered already, which is kept in its"
                    + " control record.")
    private boolean force;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why that is done, for the record.")
    private @Nullable String reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var time = from();
        var settings = cluster.reachable();
        var clock = Clock.systemUTC();
        var control = StudentTopics.control(settings);
        var held = control.read();
        String chosen = id.equals("latest") ? latest(held) : id;
        StudentTransitions.requireActivable(held.require(chosen));
        var out = spec.commandLine().getOut();
        var crew = await(StudentTopics.crew(settings), chosen);
        var lacking = crew.lacking(chosen);
        if (!lacking.isEmpty()) {
            throw new Refusal(withHint(lacking, held, chosen));
        }
        if (!crew.isAnyRunning()) {
            out.println("no instance runs: each loads " + chosen + " before it answers");
        }
        var written = control.change(known -> {
            var now = clock.instant();
            var start = time == null ? now.plus(settings.app().activationLead()) : time;
            return StudentTransitions.activate(known, chosen, share, start, now, breaches(known, start, now));
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

    /** Looks until all have it or the time is over; returns the last look. */
    private Crew await(CrewWatch watch, String student) {
        long deadline = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        var crew = watch.look();
        while (!crew.lacking(student).isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            crew = watch.look();
        }
        return crew;
    }

    private static List<String> withHint(List<String> lacking, Held<StudentRelease> held, String chosen) {
        var lines = new ArrayList<>(lacking);
        StudentCatalog.stagedLast(held.records().values())
                .map(StudentRelease::getId)
                .filter(last -> !last.equals(chosen))
                .ifPresent(last -> lines.add(
                        last + " was staged after " + chosen + ", and only the last is loaded: stage it again"));
        return lines;
    }

    /** What speaks against it, and was forced all the same. */
    private List<String> breaches(Held<StudentRelease> held, Instant start, Instant now) {
        var breaches = new ArrayList<String>();
        var live = StudentTimeline.of(held.records().values(), StudentTransitions.BASE)
                .stretch(now);
        if (live.from().isAfter(start)) {
            breaches.add("queries from " + live.from() + " on have been answered by "
                    + String.join(" and ", live.students()) + "; an activation from " + start
                    + " on lies before that");
        } else if (start.isBefore(now)) {
            breaches.add("queries since " + start + " have been answered by " + String.join(" and ", live.students())
                    + " already");
        }
        if (!breaches.isEmpty() && !force) {
            throw new Refused(ForcedCommand.after(breaches, spec, "student activate", id));
        }
        if (!breaches.isEmpty() && reason != null) {
            breaches.add("because: " + reason);
        }
        return breaches;
    }

    private static String latest(Held<StudentRelease> held) {
        return StudentCatalog.stagedLast(held.records().values())
                .map(StudentRelease::getId)
                .orElseThrow(() -> new Refusal("no student is staged"));
    }

    private @Nullable Instant from() {
        try {
            return from == null ? null : Instant.parse(from);
        } catch (DateTimeException e) {
            throw new Refusal("--from is not a time in ISO 8601: " + from);
        }
    }
}
