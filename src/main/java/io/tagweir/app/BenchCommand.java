package io.tagweir.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.bench.Course;
import io.tagweir.bench.Machine;
import io.tagweir.bench.Report;
import io.tagweir.bench.Scale;
import io.tagweir.bench.Testbed;
import io.tagweir.bench.Unasked;
import io.tagweir.inference.BatchSettings;
import io.tagweir.local.Directories;
import io.tagweir.student.OnnxStudent;
import io.tagweir.topology.Topic;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir bench}: performance beside its peers and ceilings, in one run on one broker, as ratios. */
@Command(
        name = "bench",
        description = {
            "Measures the application beside its peers and ceilings, and prints ratios.",
            "Scenarios: pass-through, head, table-size, restore, publish, switch, mixed, isolation, student, cache-cost,",
            "burst, zipf-drift, tail-memory, latency;",
            "all of them if none is named."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

    private static final int PARTITIONS = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "What to measure.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--quick", description = "Fewer queries, rounds and rows: within 4 minutes rather than 20.")
    private boolean quick;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "One setting of the application and of the student it is compared with; may be repeated."
                    + " What a scenario sets itself stays.")
    private Map<String, String> set = new TreeMap<>();

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path report;

    @Override
    public Integer call() throws Exception {
        var scenarios = scenarios(names);
        var machine = Machine.here();
        var problems = new ArrayList<String>();
        var student = Students.load(Settings.of(set).student(), problems);
        if (student == null) {
            throw new Refusal(problems);
        }
        refuseFallback(student);
        var measured = describe(student, Settings.of(set).tail().batch());
        var dir = Files.createTempDirectory("tagweir-bench");
        var found = new Report();
        try (student;
                var broker = BenchBroker.start(dir.resolve("broker"), PARTITIONS);
                var bed = new Testbed(Map.of("bootstrap.servers", broker.bootstrapServers()), PARTITIONS)) {
            var base = new HashMap<>(set);
            base.put(AppSettings.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            base.put("schema.registry.url", broker.registryUrl());
            var clock = Clock.systemUTC();
            var scale = quick ? Scale.quick() : Scale.full();
            var settings = Settings.of(base);
            var serdes = settings.serdes();
            var course = new Course(
                    bed,
                    settings.topics().name(Topic.DEAD_LETTERS),
                    scale,
                    found,
                    new Unasked(scale.smallHead()),
                    spec.commandLine().getErr(),
                    serdes.value(Topic.QUERIES),
                    serdes.value(Topic.TAGGED_QUERIES),
                    clock);
            var field = new BenchField(course, base, student, dir, clock);
            new BenchRun(course, field, new BenchSnapshots(course, field, clock), new BenchTail(course, field))
                    .run(scenarios);
        } finally {
            Directories.delete(dir);
        }
        print(found, machine, measured);
        return 0;
    }

    /** Figures of a CPU under the name of a GPU would be worse than none. */
    private static void refuseFallback(OnnxStudent student) {
        student.fallback().ifPresent(why -> {
            student.close();
            throw new Refusal("student.device is gpu, but " + why);
        });
    }

    /** What tagged, on what, and how many at once. */
    private static ObjectNode describe(OnnxStudent student, BatchSettings batch) {
        return new ObjectMapper()
                .createObjectNode()
                .put("id", student.id())
                .put("device", student.device().name().toLowerCase(Locale.ROOT))
                .put("threads", batch.threads())
                .put("batch", batch.maxQueries());
    }

    private void print(Report found, Machine machine, ObjectNode measured) throws java.io.IOException {
        PrintWriter out = spec.commandLine().getOut();
        machine.print(out);
        out.println("student " + measured);
        found.print(out);
        if (report != null) {
            var json = found.json(machine);
            json.set("student", measured);
            Files.writeString(report, json.toPrettyString() + System.lineSeparator());
        }
    }

    /** The scenarios named, or all. */
    static Set<BenchRun.Scenario> scenarios(List<String> names) {
        var known = Stream.of(BenchRun.Scenario.values())
                .collect(Collectors.toMap(BenchCommand::name, scenario -> scenario));
        var problems = names.stream()
                .filter(name -> !known.containsKey(name))
                .map(name -> "there is no scenario " + name + "; known are "
                        + Stream.of(BenchRun.Scenario.values())
                                .map(BenchCommand::name)
                                .collect(Collectors.joining(", ")))
                .toList();
        if (!problems.isEmpty()) {
            throw new Refusal(problems);
        }
        return names.isEmpty()
                ? EnumSet.allOf(BenchRun.Scenario.class)
                : names.stream()
                        .map(known::get)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(BenchRun.Scenario.class)));
    }

    private static String name(BenchRun.Scenario scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
