package io.tagweir.app.student;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.Home;
import io.tagweir.app.command.OverrideHint;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.reason.RefusedException;
import io.tagweir.roster.GoldenSetComparison;
import io.tagweir.roster.StudentTimeline;
import io.tagweir.roster.StudentTransitions;
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

/** {@code ./tagweir student stage}: measures a student, and makes every instance load it. */
@Command(
        name = "stage",
        description = "Measures the student in a directory and the one that answers now on the golden set, and makes"
                + " every instance load the new one. Refused if it is broken, below the quality floor, or slower.",
        mixinStandardHelpOptions = true)
public final class StudentStageCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "DIR", description = "Model directory. Every instance must have it under the same path.")
    private Path directory = Path.of("");

    @Option(
            names = "--as",
            paramLabel = "DIR",
            description = "The path of the directory on the instances, if it differs.")
    private @Nullable String as;

    @Option(
            names = "--golden",
            paramLabel = "JSONL",
            description = "Labelled queries to measure on, in the format of evaluate; - is standard input. By default"
                    + " the setting student.stage.golden.file.")
    private @Nullable Path golden;

    @Option(names = "--force", description = "Overrides failed checks. The control record keeps what was overridden.")
    private boolean force;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why the checks are overridden, for the record.")
    private @Nullable String reason;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var labelled = LabelledQueryFile.read(golden == null ? settings.roster().golden(Home.directory()) : golden)
                .queries();
        var now = Clock.systemUTC().instant();
        var releases = StudentTopics.control(settings).read().byId();
        String active = StudentTimeline.of(releases.values(), StudentTransitions.BASE)
                .interval(now)
                .stable();
        var activeRelease = releases.get(active);
        var activeDirectory = activeRelease == null
                ? settings.student().directory(Home.directory())
                : Path.of(activeRelease.getDirectory());
        var failures = new ArrayList<String>();
        GoldenSetComparison comparison;
        try (var candidate = load(settings)) {
            var known = releases.get(candidate.id());
            if (known != null) {
                StudentTransitions.requireActivable(known);
            }
            var earlier = releases.get(candidate.earlierId());
            if (earlier != null && earlier.getState() == StudentState.QUARANTINED) {
                failures.add("an earlier release staged the same model.onnx, tokenizer.json and config.json as "
                        + earlier.getId() + ", which is QUARANTINED: " + earlier.getReason());
            }
            comparison = comparison(settings, candidate, activeDirectory, labelled, failures);
        }
        failures.addAll(comparison.failures(settings.roster().limits()));
        var out = spec.commandLine().getOut();
        print(comparison, out);
        if (!failures.isEmpty() && !force) {
            throw new RefusedException(OverrideHint.after(failures, spec, "student stage", directory.toString()));
        }
        failures.forEach(failure -> out.println("overridden: " + failure));
        if (!failures.isEmpty() && reason != null) {
            failures.add("because: " + reason);
        }
        var made = StudentRelease.newBuilder()
                .setId(comparison.candidate().student())
                .setState(StudentState.STAGED)
                .setDirectory(
                        as == null ? directory.toAbsolutePath().normalize().toString() : as)
                .setStagedAt(now.truncatedTo(ChronoUnit.MILLIS))
                .setGoldenQueries(comparison.queries())
                .setGoldenF1(comparison.candidate().f1())
                .setGoldenMs(comparison.candidate().ms())
                .setForced(failures)
                .build();
        var staged = StudentTopics.control(settings, spec.commandLine().getErr()::println)
                .change(records -> StudentTransitions.stage(records, made))
                .get(0);
        out.println(staged.getId() + " " + staged.getState() + "; every instance is loading it");
        out.flush();
        return 0;
    }

    /** @throws RefusedException with all that is wrong with it */
    private OnnxStudent load(Settings settings) {
        try {
            return OnnxStudent.load(directory, settings.student());
        } catch (BrokenStudentException e) {
            throw new RefusedException(e.problems());
        }
    }

    private static GoldenSetComparison comparison(
            Settings settings,
            OnnxStudent candidate,
            Path activeDirectory,
            List<LabelledQuery> golden,
            List<String> failures) {
        try (var active = OnnxStudent.load(activeDirectory, settings.student())) {
            return GoldenSetComparison.of(
                    candidate, active.id().equals(candidate.id()) ? null : active, golden, System::nanoTime);
        } catch (BrokenStudentException e) {
            failures.add("the student that answers now can't be loaded here for comparison: "
                    + String.join("; ", e.problems()));
            return GoldenSetComparison.of(candidate, null, golden, System::nanoTime);
        }
    }

    private static void print(GoldenSetComparison comparison, PrintWriter out) {
        out.printf("%-40s %8s %10s%n", "on " + comparison.queries() + " golden queries", "F1", "ms");
        print(comparison.candidate(), "", out);
        var active = comparison.active();
        if (active != null) {
            print(active, "  (answers now)", out);
        }
        out.flush();
    }

    private static void print(GoldenSetComparison.StudentFigures figures, String note, PrintWriter out) {
        out.printf(Locale.ROOT, "%-40s %8.3f %10.3f%s%n", figures.student(), figures.f1(), figures.ms(), note);
    }
}
