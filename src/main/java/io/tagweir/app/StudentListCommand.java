package io.tagweir.app;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.roster.Crew;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student list}: all students, and which instance has which loaded. */
@Command(
        name = "list",
        description = "Lists all students, what was measured of them, which instances have them loaded, and which one"
                + " answers queries of now.",
        mixinStandardHelpOptions = true)
final class StudentListCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var held = StudentTopics.control(settings).read();
        var crew = StudentTopics.crew(settings).look();
        var now = StudentTimeline.of(held.records().values(), StudentTransitions.BASE)
                .stretch(Clock.systemUTC().instant());
        var out = spec.commandLine().getOut();
        out.printf("%-40s %-12s %8s %8s  %s%n", "id", "state", "F1", "ms", "active from");
        if (now.stable().equals(StudentTransitions.BASE)) {
            out.println(StudentTransitions.BASE + "  (answers now)");
        }
        for (var release : held.records().values()) {
            line(out, release, answers(now, release.getId()));
        }
        instances(out, crew);
        out.flush();
        var err = spec.commandLine().getErr();
        held.leftOut().forEach(why -> err.println("left out: " + why));
        err.flush();
        return 0;
    }

    private static String answers(StudentTimeline.Stretch now, String id) {
        if (id.equals(now.canary())) {
            return "  (answers " + now.share() + " of the queries now)";
        }
        return id.equals(now.stable()) ? "  (answers now)" : "";
    }

    private static void line(PrintWriter out, StudentRelease release, String answers) {
        out.printf(
                Locale.ROOT,
                "%-40s %-12s %8.3f %8.3f  %s%s%n",
                release.getId(),
                release.getState(),
                release.getGoldenF1(),
                release.getGoldenMs(),
                release.getActivations().stream().map(StudentListCommand::brief).collect(Collectors.joining(", ")),
                answers);
        out.println("    " + release.getDirectory() + ", staged " + release.getStagedAt());
        if (release.getReason() != null) {
            out.println("    quarantined: " + release.getReason());
        }
        release.getForced().forEach(breach -> out.println("    forced: " + breach));
    }

    private static String brief(StudentActivation activation) {
        return activation.getFrom() + (activation.getShare() < 1 ? " (" + activation.getShare() + ")" : "");
    }

    private static void instances(PrintWriter out, Crew crew) {
        crew.running()
                .forEach((application, instances) -> instances.forEach(instance -> {
                    out.println(instance + " of " + application + ":");
                    var told = crew.reports().stream()
                            .filter(report -> report.getApplication().equals(application)
                                    && report.getInstance().equals(instance))
                            .toList();
                    told.forEach(report -> out.println("    " + report.getStudent() + " " + loaded(report)));
                    if (told.isEmpty()) {
                        out.println("    has told nothing");
                    }
                }));
        crew.unclear().forEach(out::println);
    }

    private static String loaded(StudentReport report) {
        if (report.getLoaded()) {
            return "loaded" + (report.getWarmMs() > 0 ? " in " + report.getWarmMs() + " ms" : "");
        }
        return report.getProblem() == null ? "is being loaded" : "not loaded: " + report.getProblem();
    }
}
