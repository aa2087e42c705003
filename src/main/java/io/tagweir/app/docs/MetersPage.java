package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tagweir.meter.MeterName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code meters.md}: every meter, with its names in Micrometer and in Prometheus.
 *
 * <p>Prometheus' names are not guessed: the page registers every meter and reads the names from a scrape.
 */
final class MetersPage {

    /** What Prometheus' client adds to a name, by kind of meter and of series. */
    private static final List<String> SUFFIXES = List.of("", "_total", "_seconds", "_max", "_seconds_max");

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

    private MetersPage() {}

    static String text() {
        var series = scraped();
        var table = new MarkdownTable("Micrometer", "Prometheus", "Tags", "Unit", "What it says");
        for (var name : MeterName.values()) {
            var prefix = name.meter().replace('.', '_');
            var names = SUFFIXES.stream()
                    .map(prefix::concat)
                    .filter(series::containsKey)
                    .map(full -> code(full) + " (" + series.get(full) + ")")
                    .collect(Collectors.joining("<br>"));
            var tags = name.tags().stream().map(MarkdownTable::code).collect(Collectors.joining(", "));
            table.row(code(name.meter()), names, tags, name.unit(), name.help());
        }
        return Pages.head("Meters", "`MeterName` and a scrape") + """
                The console serves the meters at `/metrics`, in Prometheus' text format or, if `Accept` asks for it, in \
                OpenMetrics. A summary also has the series `…_count` and `…_sum`; a timer also has the quantiles 0.5 and 0.99 \
                of the last seconds. Counters start at 0 for each value of their tags, except for `student` and `label`, whose \
                values appear with the first comparison.

                """ + table + """

                ## The balance of queries

                In each process, since its start:

                    queries read + rerouted read + recovered
                      = answers (HEAD + CACHE + STUDENT + FALLBACK + SHED) + queries rejected + rerouted + misses written
                        + repeated + handed back + queries pending

                `tagweir.queries.missing` is the difference. If it is not 0, queries were lost ([on-call.md](on-call.md)). Summed \
                over a fleet of the role `all`, the terms of rerouting cancel out, except for what is in the repartition topic, \
                and so do those of recovery, except for partitions that no process has opened. What remains is: queries = \
                answers + dead letters + pending.

                ## Computed by a query

                These are no meters, because they follow from counters:

                | Figure | PromQL |
                |---|---|
                | precision of each student | `sum by (student) (increase(tagweir_quality_spans_total{outcome="TP"}[1h])) / sum by (student) (increase(tagweir_quality_spans_total{outcome=~"TP\\|FP"}[1h]))` |
                | recall of each student | `sum by (student) (increase(tagweir_quality_spans_total{outcome="TP"}[1h])) / sum by (student) (increase(tagweir_quality_spans_total{outcome=~"TP\\|FN"}[1h]))` |
                | F1 of each student | `2 * sum by (student) (increase(tagweir_quality_spans_total{outcome="TP"}[1h])) / (sum by (student) (increase(tagweir_quality_spans_total[1h])) + sum by (student) (increase(tagweir_quality_spans_total{outcome="TP"}[1h])))` |
                | the same for each label | `by (student, label)` in place of `by (student)` |
                | queries per second of a busy thread of the student | `rate(tagweir_student_batch_sum[5m]) / rate(tagweir_student_run_seconds_sum[5m])` |
                | share of the head | `sum(rate(tagweir_answers_total{source="HEAD"}[5m])) / sum(rate(tagweir_answers_total[5m]))` |
                """;
    }

    /** The type of every series, by name. */
    private static Map<String, String> scraped() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        for (var name : MeterName.values()) {
            register(name, registry);
        }
        var types = new LinkedHashMap<String, String>();
        var matcher = TYPE.matcher(registry.scrape());
        while (matcher.find()) {
            types.put(matcher.group(1), matcher.group(2));
        }
        registry.close();
        return types;
    }

    private static void register(MeterName name, MeterRegistry registry) {
        var tags = name.tags().stream().map(tag -> Tag.of(tag, "any")).toList();
        switch (name.kind()) {
            case COUNTER -> Counter.builder(name.meter()).tags(tags).register(registry);
            case GAUGE -> Gauge.builder(name.meter(), () -> 0).tags(tags).register(registry);
            case TIMER -> Timer.builder(name.meter()).tags(tags).register(registry);
            case SUMMARY -> DistributionSummary.builder(name.meter()).tags(tags).register(registry);
        }
    }
}
