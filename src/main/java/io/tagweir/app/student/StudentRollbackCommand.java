package io.tagweir.app.student;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.RollbackOptions;
import io.tagweir.avro.StudentRelease;
import io.tagweir.roster.StudentInstances;
import io.tagweir.roster.StudentTransitions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student rollback}: back from the student that was activated last, at once. */
@Command(
        name = "rollback",
        description =
                "Quarantines the canary, or without one the student that answers now, for ever. The student before"
                        + " it answers from now on.",
        mixinStandardHelpOptions = true)
final class StudentRollbackCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private RollbackOptions options = new RollbackOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        var written = options.change(
                StudentTopics.control(settings, err::println),
                err,
                records -> StudentTransitions.rollback(
                        records, options.reason(), now, settings.app().activationLead()));
        var bad = written.get(0);
        out.println(bad.getId() + " " + bad.getState() + ": " + bad.getReason());
        // Of the others only the good one has an activation that begins now.
        String good = written.stream()
                .skip(1)
                .filter(release -> release.getActivations().stream()
                        .anyMatch(activation -> activation.getFrom().equals(now)))
                .map(StudentRelease::getId)
                .findFirst()
                .orElse(StudentTransitions.BASE);
        out.println(good + " answers all queries from " + now);
        out.flush();
        if (!good.equals(StudentTransitions.BASE)) { // Every instance has loaded that one.
            var instances = StudentInstances.of(StudentTopics.reports(settings).read());
            instances.without(good).forEach(problem -> err.println(problem + "; its queries wait for it"));
        }
        return 0;
    }
}
