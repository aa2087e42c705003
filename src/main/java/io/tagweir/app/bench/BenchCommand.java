package io.tagweir.app.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.Students;
import io.tagweir.bench.Machine;
import io.tagweir.bench.Report;
import io.tagweir.bench.UniqueMisses;
import io.tagweir.local.Directories;
import io.tagweir.reason.RefusedException;
import io.tagweir.student.OnnxStudent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir bench}: the application compared with peers and ceilings, in one run on one broker. */
@Command(
        name = "bench",
        description = {
            "Measures the application next to peers and ceilings, and prints the ratios.",
            "Scenarios: pass-through, head, table-size, restore, publish, switch, mixed, isolation, student, cache-cost,",
            "burst, zipf-drift, tail-memory, latency."
        },
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {

    private static final int PARTITIONS = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "What to measure. Default: all scenarios.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--quick", description = "Fewer queries, rounds and rows: up to 4 minutes instead of 20.")
    private boolean quick;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "A setting of the application and its student; may be repeated."
                    + " Settings that a scenario needs take precedence.")
    private Map<String, String> set = new TreeMap<>();

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path file;

    @Override
    public Integer call() throws Exception {
        var scenarios = Scenario.named(names);
        var machine = Machine.here();
        var problems = new ArrayList<String>();
        var student = Students.load(Settings.of(set).student(), problems);
        if (student == null) {
            throw new RefusedException(problems);
        }
        var dir = Files.createTempDirectory("tagweir-bench");
        var report = new Report();
        try (student) {
            // Figures of a CPU must not be reported as a GPU's.
            student.fallback().ifPresent(why -> {
                throw new RefusedException("student.device is gpu, but " + why);
            });
            measure(scenarios, student, dir, report);
            print(report, machine, describe(student));
        } finally {
            Directories.delete(dir);
        }
        return 0;
    }

    private void measure(Set<Scenario> scenarios, OnnxStudent student, Path dir, Report report) throws IOException {
        try (var broker = BenchBroker.start(spec.root().userObject().getClass(), dir.resolve("broker"), PARTITIONS);
                var cluster = new BenchCluster(broker.bootstrapServers(), PARTITIONS)) {
            var base = new HashMap<>(set);
            base.put("bootstrap.servers", broker.bootstrapServers());
            base.put("schema.registry.url", broker.registryUrl());
            var settings = Settings.of(base);
            var context = new BenchContext(
                    cluster,
                    settings,
                    settings.serdes(),
                    quick,
                    new UniqueMisses(BenchContext.SMALL_HEAD),
                    report,
                    spec.commandLine().getErr(),
                    Clock.systemUTC());
            Scenario.run(scenarios, context, new Systems(context, base, student, dir));
        }
    }

    private ObjectNode describe(OnnxStudent student) {
        var batch = Settings.of(set).tail().batch();
        return new ObjectMapper()
                .createObjectNode()
                .put("id", student.id())
                .put("device", student.device().name().toLowerCase(Locale.ROOT))
                .put("threads", batch.threads())
                .put("batch", batch.maxQueries());
    }

    private void print(Report report, Machine machine, ObjectNode student) throws IOException {
        var out = spec.commandLine().getOut();
        machine.print(out);
        out.println("student " + student);
        report.print(out);
        if (file != null) {
            var json = report.json(machine);
            json.set("student", student);
            Files.writeString(file, json.toPrettyString() + System.lineSeparator());
        }
    }
}
