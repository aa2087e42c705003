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

/** All figures of a benchmark run, in the order they were added. Owned by one thread. */
public final class Report {

    private static final String BARS = "▁▂▃▄▅▆▇█";

    private record Figure(Sample sample, @Nullable Target target) {}

    private final Map<String, Map<String, Figure>> scenarios = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> curves = new LinkedHashMap<>();
    private final Map<String, Figure> ratios = new LinkedHashMap<>();

    public void add(String scenario, String measure, double value) {
        add(scenario, measure, Sample.of(value));
    }

    public void add(String scenario, String measure, Sample sample) {
        add(scenario, measure, sample, null);
    }

    public void add(String scenario, String measure, Sample sample, @Nullable Target target) {
        scenarios.computeIfAbsent(scenario, name -> new LinkedHashMap<>()).put(measure, new Figure(sample, target));
    }

    /** A share from 0 to 1 over time. */
    public void curve(String scenario, String measure, List<Double> values) {
        curves.computeIfAbsent(scenario, name -> new LinkedHashMap<>()).put(measure, List.copyOf(values));
    }

    /** One scenario's figure over another's. */
    public void ratio(String name, Sample ratio, @Nullable Target target) {
        ratios.put(name, new Figure(ratio, target));
    }

    /** Empty if the scenario has not run. */
    public OptionalDouble median(String scenario, String measure) {
        var figure = scenarios.getOrDefault(scenario, Map.of()).get(measure);
        return figure == null ? OptionalDouble.empty() : OptionalDouble.of(figure.sample.median());
    }

    /** The report as JSON: medians, with the rounds of each scenario next to them. */
    public ObjectNode json(Machine machine) {
        var json = new ObjectMapper().createObjectNode();
        json.set("machine", machine.json());
        var all = json.putObject("scenarios");
        scenarios.forEach((name, figures) -> {
            var scenario = all.putObject(name);
            figures.forEach((measure, figure) -> scenario.put(measure, figure.sample.median()));
            var rounds = scenario.putObject("rounds");
            figures.forEach((measure, figure) -> array(rounds, measure, figure.sample.rounds()));
            curves.getOrDefault(name, Map.of()).forEach((measure, values) -> array(scenario, measure, values));
        });
        var medians = json.putObject("ratios");
        ratios.forEach((name, ratio) -> medians.put(name, ratio.sample.median()));
        var targets = json.putObject("aims");
        ratios.forEach((name, ratio) -> target(targets, name, ratio));
        scenarios.forEach(
                (name, figures) -> figures.forEach((measure, figure) -> target(targets, name + "." + measure, figure)));
        return json;
    }

    private static void array(ObjectNode parent, String name, List<Double> values) {
        var array = parent.putArray(name);
        values.forEach(array::add);
    }

    private static void target(ObjectNode targets, String name, Figure figure) {
        if (figure.target != null) {
            double median = figure.sample.median();
            targets.putObject(name)
                    .put("aim", figure.target.toString())
                    .put("figure", median)
                    .put("met", figure.target.met(median));
        }
    }

    public void print(PrintWriter out) {
        line(out, "scenario", "measure", "median", "[min .. max]", "target");
        scenarios.forEach((name, figures) -> figures.forEach((measure, figure) -> row(out, name, measure, figure)));
        curves.forEach((name, measures) -> measures.forEach(
                (measure, values) -> out.println("%-44s %-16s %s".formatted(name, measure, bars(values)))));
        out.println();
        if (!ratios.isEmpty()) {
            line(out, "ratio", "", "median", "[min .. max]", "target");
            ratios.forEach((name, ratio) -> row(out, name, "", ratio));
        }
        out.flush();
    }

    private static void row(PrintWriter out, String name, String measure, Figure figure) {
        var sample = figure.sample;
        var target = figure.target;
        line(
                out,
                name,
                measure,
                number(sample.median()),
                "[" + number(sample.min()) + " .. " + number(sample.max()) + "]",
                target == null ? "" : target + (target.met(sample.median()) ? "  met" : "  MISSED"));
    }

    private static void line(PrintWriter out, String name, String measure, String median, String range, String target) {
        out.println("%-44s %-16s %12s  %-26s %s"
                .formatted(name, measure, median, range, target)
                .stripTrailing());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1_000 ? "%,.0f" : "%.2f", value);
    }

    /** A bar for each value, the higher the taller. */
    private static String bars(List<Double> values) {
        var line = new StringBuilder();
        for (double value : values) {
            int level = (int) (value * BARS.length());
            line.append(BARS.charAt(Math.max(0, Math.min(BARS.length() - 1, level))));
        }
        return line.toString();
    }
}
