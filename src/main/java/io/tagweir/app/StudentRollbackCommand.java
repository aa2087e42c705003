package io.tagweir.app;

import io.tagweir.avro.StudentRelease;
import io.tagweir.roster.StudentTransitions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student rollback}: away from the student that was activated last, at once. */
@Command(
        name = "rollback",
        description = "Quarantines the canary, or where there is none the student that answers now, for ever, and has"
                + " the one before it answer from now on.",
        mixinStandardHelpOptions = true)
final class StudentRollbackCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "What is wrong with it, for the record (${DEFAULT-VALUE}).")
    private String reason = "rolled back";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var control = StudentTopics.control(settings);
        long began = System.nanoTime();
        var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        var written = control.change(held ->
                StudentTransitions.rollback(held, reason, now, settings.app().activationLead()));
        spec.commandLine().getErr().printf("written in %d ms%n", (System.nanoTime() - began) / 1_000_000);
        var out = spec.commandLine().getOut();
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
        if (!good.equals(StudentTransitions.BASE)) { // Whoever runs has that one.
            var lacking = StudentTopics.crew(settings).look().lacking(good);
            lacking.forEach(lack -> spec.commandLine().getErr().println(lack + "; its queries wait for it"));
        }
        return 0;
    }
}
