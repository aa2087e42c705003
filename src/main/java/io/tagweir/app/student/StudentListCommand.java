package io.tagweir.app.student;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.roster.StudentInstances;
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

/** {@code ./tagweir student list}: all students, and which instances have loaded them. */
@Command(
        name = "list",
        description = "Lists all students with their measurements, the instances that have loaded them, and which one"
                + " answers now.",
        mixinStandardHelpOptions = true)
final class StudentListCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var records = StudentTopics.control(settings).read();
        var instances = StudentInstances.of(StudentTopics.reports(settings).read());
        var now = StudentTimeline.of(records.byId().values(), StudentTransitions.BASE)
                .interval(Clock.systemUTC().instant());
        var out = spec.commandLine().getOut();
        out.printf("%-40s %-12s %8s %8s  %s%n", "id", "state", "F1", "ms", "active from");
        if (now.stable().equals(StudentTransitions.BASE)) {
            out.println(StudentTransitions.BASE + "  (answers now)");
        }
        for (var release : records.byId().values()) {
            line(out, release, answers(now, release.getId()));
        }
        instances(out, instances);
        out.flush();
        var err = spec.commandLine().getErr();
        records.rejected().forEach(why -> err.println("ignored: " + why));
        instances.undecodable().forEach(record -> err.println("ignored: " + record));
        err.flush();
        return 0;
    }

    private static String answers(StudentTimeline.Interval now, String id) {
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

    private static void instances(PrintWriter out, StudentInstances instances) {
        instances
                .running()
                .forEach((application, names) -> names.forEach(instance -> {
                    out.println(instance + " of " + application + ":");
                    var reports = instances.reports().stream()
                            .filter(report -> report.getApplication().equals(application)
                                    && report.getInstance().equals(instance))
                            .toList();
                    reports.forEach(report -> out.println("    " + report.getStudent() + " " + loaded(report)));
                    if (reports.isEmpty()) {
                        out.println("    has reported nothing");
                    }
                }));
        instances.ambiguous().forEach(out::println);
    }

    private static String loaded(StudentReport report) {
        if (report.getLoaded()) {
            return "loaded" + (report.getWarmMs() > 0 ? " in " + report.getWarmMs() + " ms" : "");
        }
        return report.getProblem() == null ? "is being loaded" : "not loaded: " + report.getProblem();
    }
}
