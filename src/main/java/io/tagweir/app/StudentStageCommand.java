package io.tagweir.app;

import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
import io.tagweir.roster.Trial;
import io.tagweir.student.BrokenStudentException;
import io.tagweir.student.LabelledQuery;
import io.tagweir.student.OnnxStudent;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir student stage}: a student is measured, and loaded by every instance. */
@Command(
        name = "stage",
        description = "Measures the student in a directory on the golden set, beside the one that answers now, and has"
                + " every instance load and warm it. Refused where it is broken, below the quality floor, or slower.",
        mixinStandardHelpOptions = true)
final class StudentStageCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "DIR", description = "Model directory, which every instance must see under the same path.")
    private Path directory = Path.of("");

    @Option(
            names = "--as",
            paramLabel = "DIR",
            description = "The path under which the instances see it, where that is another.")
    private @Nullable String as;

    @Option(
            names = "--golden",
            paramLabel = "JSONL",
            description = "Labelled queries to measure on, as evaluate reads them; - is standard input. The setting"
                    + " student.stage.golden.file, if not given.")
    private @Nullable Path golden;

    @Option(
            names = "--force",
            description = "Stages it whatever the figures are; what was held against it is kept in its control record.")
    private boolean force;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is staged all the same, for the record.")
    private @Nullable String reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var labelled = LabelledQueryFile.read(golden == null ? settings.roster().golden(Home.directory()) : golden)
                .queries();
        var now = Clock.systemUTC().instant();
        var releases = StudentTopics.control(settings).read().records();
        String active = StudentTimeline.of(releases.values(), StudentTransitions.BASE)
                .stretch(now)
                .stable();
        var activeRelease = releases.get(active);
        var activeDirectory = activeRelease == null
                ? settings.student().directory(Home.directory())
                : Path.of(activeRelease.getDirectory());
        var breaches = new ArrayList<String>();
        Trial trial;
        try (var candidate = load(settings)) {
            var known = releases.get(candidate.id());
            if (known != null) {
                StudentTransitions.requireActivable(known);
            }
            var earlier = releases.get(candidate.earlierId());
            if (earlier != null && earlier.getState() == StudentState.QUARANTINED) {
                breaches.add("an earlier release staged the same model.onnx, tokenizer.json and config.json as "
                        + earlier.getId() + ", which is QUARANTINED: " + earlier.getReason());
            }
            trial = trial(settings, candidate, activeDirectory, labelled, breaches);
        }
        breaches.addAll(trial.breaches(settings.roster().limits()));
        var out = spec.commandLine().getOut();
        print(trial, out);
        if (!breaches.isEmpty() && !force) {
            throw new Refusal(ForcedCommand.after(breaches, spec, "student stage", directory.toString()));
        }
        breaches.forEach(breach -> out.println("forced: " + breach));
        if (!breaches.isEmpty() && reason != null) {
            breaches.add("because: " + reason);
        }
        var made = StudentRelease.newBuilder()
                .setId(trial.candidate().student())
                .setState(StudentState.STAGED)
                .setDirectory(
                        as == null ? directory.toAbsolutePath().normalize().toString() : as)
                .setStagedAt(now.truncatedTo(ChronoUnit.MILLIS))
                .setGoldenQueries(trial.queries())
                .setGoldenF1(trial.candidate().f1())
                .setGoldenMs(trial.candidate().ms())
                .setForced(breaches)
                .build();
        var staged = StudentTopics.control(settings)
                .change(held -> StudentTransitions.stage(held, made))
                .get(0);
        out.println(staged.getId() + " " + staged.getState() + "; every instance loads it now");
        out.flush();
        return 0;
    }

    /** @throws Refusal with all that is wrong with it */
    private OnnxStudent load(Settings settings) {
        try {
            return OnnxStudent.load(directory, settings.student());
        } catch (BrokenStudentException e) {
            throw new Refusal(e.problems());
        }
    }

    private static Trial trial(
            Settings settings,
            OnnxStudent candidate,
            Path activeDirectory,
            List<LabelledQuery> golden,
            List<String> breaches) {
        try (var active = OnnxStudent.load(activeDirectory, settings.student())) {
            return Trial.of(candidate, active.id().equals(candidate.id()) ? null : active, golden, System::nanoTime);
        } catch (BrokenStudentException e) {
            breaches.add("the student that answers now can't be loaded here to be compared with: "
                    + String.join("; ", e.problems()));
            return Trial.of(candidate, null, golden, System::nanoTime);
        }
    }

    private static void print(Trial trial, PrintWriter out) {
        out.printf("%-40s %8s %10s%n", "on " + trial.queries() + " golden queries", "F1", "ms");
        print(trial.candidate(), "", out);
        var active = trial.active();
        if (active != null) {
            print(active, "  (answers now)", out);
        }
        out.flush();
    }

    private static void print(Trial.Figures figures, String note, PrintWriter out) {
        out.printf(Locale.ROOT, "%-40s %8.3f %10.3f%s%n", figures.student(), figures.f1(), figures.ms(), note);
    }
}
