package io.tagweir.app.student;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.app.command.Home;
import io.tagweir.app.local.DemoQueries;
import io.tagweir.app.settings.Settings;
import io.tagweir.bench.Machine;
import io.tagweir.inference.Calibration;
import io.tagweir.inference.Calibration.Measurement;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.Device;
import io.tagweir.student.OnnxStudent;
import io.tagweir.student.Student;
import io.tagweir.student.StudentSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./tagweir calibrate}: measures the student on this machine and derives settings. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the student's throughput on this machine and prints settings for run --config.",
            "Picks the fewest threads and smallest runs within 5 %% of the best throughput. The machine should be idle."
        })
public final class CalibrateCommand implements Callable<Integer> {

    private static final int LEAST_SECONDS = 2;
    private static final int MOST_SECONDS = 50;

    /** Share of the time on a core below which the measurement counts as disturbed. */
    private static final double UNDISTURBED = 0.8;

    private static final Path SAMPLE = Path.of("src", "main", "sample", "tail.txt");

    private static final List<Integer> ON_CPU = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final List<Integer> ON_GPU = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256);

    @Option(names = "--student", paramLabel = "DIR", description = "model directory instead of the packaged student")
    private @Nullable String directory;

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu (the default) or gpu")
    private Device device = Device.CPU;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "queries, one per line; - is standard input. Default: the sample")
    private @Nullable Path queries;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "40",
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = "duration of the measurement, " + LEAST_SECONDS + " to " + MOST_SECONDS)
    private int seconds;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "write the settings to this file; default: print them, with the measurements as comments")
    private @Nullable Path out;

    @Option(names = "--report", paramLabel = "FILE", description = "also write the measurements to this file, as JSON")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
            throw new RefusedException(
                    "--seconds is " + seconds + ", not between " + LEAST_SECONDS + " and " + MOST_SECONDS);
        }
        var texts = texts();
        var machine = Machine.here();
        var problems = new ArrayList<String>();
        var settings = given();
        var student = Students.load(Settings.of(settings).student(), problems);
        if (student == null) {
            throw new RefusedException(problems);
        }
        try (student) {
            student.fallback().ifPresent(why -> {
                throw new RefusedException(why);
            });
            boolean gpu = student.device() == Device.GPU;
            var calibration = new Calibration(texts, thread -> student);
            var figures = calibration.measure(
                    gpu ? List.of(1) : Calibration.threads(machine.cores()),
                    gpu ? ON_GPU : ON_CPU,
                    Duration.ofSeconds(seconds));
            var picked = Calibration.pick(figures);
            settings.putAll(calibration.settings(picked));
            var page = page(student, machine, figures, picked, texts);
            var console = spec.commandLine().getOut();
            if (out == null) {
                lines(settings, page).forEach(console::println);
            } else {
                console.print(page);
                Files.write(out, lines(settings, page));
                console.println("wrote " + out + "; use it with ./tagweir run --config " + out);
            }
            console.flush();
            if (report != null) {
                Files.writeString(
                        report, json(student, machine, figures, settings).toPrettyString() + "\n");
            }
        } catch (IOException e) {
            throw new RefusedException("can't write: " + Reason.of(e));
        }
        return 0;
    }

    private List<String> texts() {
        var file = queries == null ? Home.directory().resolve(SAMPLE) : queries;
        var texts = DemoQueries.tail(file).stream()
                .map(Normaliser::canonical)
                .filter(text -> !text.isEmpty())
                .toList();
        if (texts.isEmpty()) {
            throw new RefusedException(file + " has no query");
        }
        return texts;
    }

    /** The settings that select the student, if it is not the default one. */
    private Map<String, String> given() {
        var given = new LinkedHashMap<String, String>();
        if (directory != null) {
            given.put(StudentSettings.DIR, Path.of(directory).toAbsolutePath().toString());
        }
        if (device != Device.CPU) {
            given.put(StudentSettings.DEVICE, device.name().toLowerCase(Locale.ROOT));
        }
        return given;
    }

    private String page(
            OnnxStudent student, Machine machine, List<Measurement> figures, Measurement picked, List<String> texts)
            throws InterruptedException {
        var text = new StringWriter();
        var page = new PrintWriter(text);
        page.printf("%s on the %s%n", student.id(), student.device());
        machine.print(page);
        page.printf("%n%7s %11s %10s %10s %12s%n", "threads", "queries/run", "queries/s", "run ms p50", "CPU us/query");
        for (var figure : figures) {
            page.printf(
                    Locale.ROOT,
                    "%7d %11d %10.0f %10.2f %12.0f%s%n",
                    figure.threads(),
                    figure.queries(),
                    figure.queriesPerSecond(),
                    figure.run().toNanos() / 1e6,
                    figure.cpuMicros(),
                    figure.equals(picked) ? "  <- picked" : "");
        }
        if (picked.threads() > 1) {
            page.printf(
                    Locale.ROOT,
                    "%7d %11d %10.0f  with one session per thread, for comparison%n",
                    picked.threads(),
                    picked.queries(),
                    ownSessions(student, picked, texts));
        }
        if (student.device() == Device.CPU && picked.busy() < UNDISTURBED) {
            page.printf(
                    Locale.ROOT,
                    "%nDISTURBED: the threads had a core only %.0f %% of the time. Stop other work and measure again.%n",
                    100 * picked.busy());
        }
        page.printf("%nThis is the rate of an idle machine. Plan with half of it under live traffic.%n");
        return text.toString();
    }

    /** Queries per second with one session per thread. */
    private double ownSessions(OnnxStudent student, Measurement picked, List<String> texts)
            throws InterruptedException {
        var own = new ArrayList<Student>();
        try {
            for (int thread = 0; thread < picked.threads(); thread++) {
                own.add(student.reload());
            }
            return new Calibration(texts, own::get)
                    .measure(
                            List.of(picked.threads()),
                            List.of(picked.queries()),
                            Duration.ofSeconds(seconds).dividedBy(10))
                    .get(0)
                    .queriesPerSecond();
        } finally {
            own.forEach(Student::close);
        }
    }

    /** The settings, with the measurements as comments. */
    private static List<String> lines(Map<String, String> settings, String page) {
        var lines = new ArrayList<String>();
        lines.add("# Written by ./tagweir calibrate, for this machine and this student:");
        page.lines().map(line -> ("# " + line).stripTrailing()).forEach(lines::add);
        // A backslash means something in such a file.
        settings.forEach((key, value) -> lines.add(key + '=' + value.replace("\\", "\\\\")));
        return lines;
    }

    private static ObjectNode json(
            OnnxStudent student, Machine machine, List<Measurement> figures, Map<String, String> settings) {
        var root = new ObjectMapper().createObjectNode().put("student", student.id());
        root.put("device", student.device().name())
                .put("cores", machine.cores())
                .put("cpu", machine.cpu());
        var rows = root.putArray("figures");
        for (var figure : figures) {
            rows.addObject()
                    .put("threads", figure.threads())
                    .put("queries", figure.queries())
                    .put("queries_per_s", figure.queriesPerSecond())
                    .put("run_p50_ms", figure.run().toNanos() / 1e6)
                    .put("cpu_us_per_query", figure.cpuMicros())
                    .put("busy", figure.busy());
        }
        var chosen = root.putObject("settings");
        settings.forEach(chosen::put);
        return root;
    }
}
