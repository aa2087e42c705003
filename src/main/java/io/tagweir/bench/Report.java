package io.tagweir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Everything a run of the benchmark found, in the order it was found. Owned by one thread. */
public final class Report {

    private record Figure(String scenario, String measure, Sample sample) {}

    private record Judged(Sample sample, @Nullable Aim aim) {}

    private final Map<String, Map<String, Sample>> scenarios = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> curves = new LinkedHashMap<>();
    private final Map<String, Judged> ratios = new LinkedHashMap<>();
    private final Map<String, Judged> limits = new LinkedHashMap<>();

    /** A figure of a scenario: {@code records_per_s}, {@code head_p99_ms}, … */
    public void add(String scenario, String measure, Sample sample) {
        scenarios.computeIfAbsent(scenario, name -> new LinkedHashMap<>()).put(measure, sample);
    }

    /** A figure that an absolute aim was set for. */
    public void add(String scenario, String measure, Sample sample, Aim aim) {
        add(scenario, measure, sample);
        limits.put(scenario + "." + measure, new Judged(sample, aim));
    }

    /** How a share ran over time, a value from 0 to 1 for each step. */
    public void curve(String scenario, String measure, List<Double> values) {
        scenarios.computeIfAbsent(scenario, name -> new LinkedHashMap<>());
        curves.computeIfAbsent(scenario, name -> new LinkedHashMap<>()).put(measure, List.copyOf(values));
    }

    /** The median measured in a scenario; empty where it has not been run. */
    public OptionalDouble median(String scenario, String measure) {
        var sample = scenarios.getOrDefault(scenario, Map.of()).get(measure);
        return sample == null ? OptionalDouble.empty() : OptionalDouble.of(sample.median());
    }

    /** One scenario's figure over another's, with what it should come to; no aim for null. */
    public void ratio(String name, Sample ratio, @Nullable Aim aim) {
        ratios.put(name, new Judged(ratio, aim));
    }

    /** The report as JSON: scenarios, ratios and aims, with medians; the rounds are beside them. */
    public ObjectNode json(Machine machine) {
        var json = new ObjectMapper().createObjectNode();
        json.set("machine", machine.json());
        var all = json.putObject("scenarios");
        scenarios.forEach((name, measures) -> {
            var scenario = all.putObject(name);
            measures.forEach((measure, sample) -> scenario.put(measure, sample.median()));
            var rounds = scenario.putObject("rounds");
            measures.forEach((measure, sample) -> {
                var values = rounds.putArray(measure);
                sample.rounds().forEach(values::add);
            });
            curves.getOrDefault(name, Map.of()).forEach((measure, values) -> {
                var curve = scenario.putArray(measure);
                values.forEach(curve::add);
            });
        });
        var medians = json.putObject("ratios");
        ratios.forEach((name, ratio) -> medians.put(name, ratio.sample().median()));
        var aims = json.putObject("aims");
        ratios.forEach((name, ratio) -> aim(aims, name, ratio));
        limits.forEach((name, figure) -> aim(aims, name, figure));
        return json;
    }

    private static void aim(ObjectNode aims, String name, Judged figure) {
        if (figure.aim() != null) {
            aims.putObject(name)
                    .put("aim", figure.aim().toString())
                    .put("figure", figure.sample().median())
                    .put("met", figure.aim().met(figure.sample().median()));
        }
    }

    public void print(PrintWriter out) {
        line(out, "scenario", "measure", "median", "[min .. max]", "");
        scenarios.forEach((name, measures) -> measures.forEach(
                (measure, sample) -> row(out, new Figure(name, measure, sample), limits.get(name + "." + measure))));
        curves.forEach((name, measures) -> measures.forEach(
                (measure, values) -> out.println("%-44s %-16s %s".formatted(name, measure, Sparkline.of(values)))));
        out.println();
        if (!ratios.isEmpty()) {
            line(out, "ratio", "", "median", "[min .. max]", "aim");
            ratios.forEach((name, ratio) -> row(out, new Figure(name, "", ratio.sample()), ratio));
        }
        out.flush();
    }

    private static void row(PrintWriter out, Figure figure, @Nullable Judged judged) {
        var sample = figure.sample();
        var aim = judged == null ? null : judged.aim();
        line(
                out,
                figure.scenario(),
                figure.measure(),
                number(sample.median()),
                "[" + number(sample.min()) + " .. " + number(sample.max()) + "]",
                aim == null ? "" : aim + (aim.met(sample.median()) ? "  met" : "  MISSED"));
    }

    private static void line(PrintWriter out, String name, String measure, String median, String range, String aim) {
        out.println("%-44s %-16s %12s  %-26s %s"
                .formatted(name, measure, median, range, aim)
                .stripTrailing());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1_000 ? "%,.0f" : "%.2f", value);
    }
}
