package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tagweir.meter.Meters;
import io.tagweir.meter.Meters.Name;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code meters.md}: every meter, under its names in Micrometer and in Prometheus.
 *
 * <p>Prometheus' names are not guessed: each meter is used once and the names are read from what would be scraped.
 */
final class MetersPage {

    /** The meters that are read, not counted into. */
    private static final Set<Name> GAUGES = EnumSet.of(
            Name.STUDENT_CPU_FALLBACK,
            Name.TAIL_PENDING,
            Name.TAIL_DEFERRED,
            Name.TAIL_NEGLECTED,
            Name.STUDENT_RATE,
            Name.STUDENT_HUNG,
            Name.STUDENTS_LOADED,
            Name.STUDENTS_LACKING,
            Name.ROCKSDB_BYTES,
            Name.HEAD_PRIMED,
            Name.HEAD_PARTITIONS,
            Name.HEAD_HELD,
            Name.QUALITY_PRECISION,
            Name.QUALITY_RECALL,
            Name.QUALITY_F1);

    /** What Prometheus' client adds to a name, by kind of meter and of series. */
    private static final List<String> SUFFIXES = List.of("", "_total", "_seconds", "_max", "_seconds_max");

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

    private MetersPage() {}

    static String text() {
        var series = scraped();
        var table = new MarkdownTable("Micrometer", "Prometheus", "Tag", "Unit", "What it says");
        for (var name : Name.values()) {
            var prefix = name.meter().replace('.', '_');
            var names = SUFFIXES.stream()
                    .map(prefix::concat)
                    .filter(series::containsKey)
                    .map(full -> code(full) + " (" + series.get(full) + ")")
                    .collect(Collectors.joining("<br>"));
            if (names.isEmpty()) {
                throw new IllegalStateException("MetersPage does not use the meter " + name + ", so it can't name it");
            }
            table.row(code(name.meter()), names, code(name.tag()), name.unit(), name.help());
        }
        return Pages.head("Meters", "`Meters.Name` and a scrape of each") + """
                The console serves them at `/metrics`, in Prometheus' text format or, where `Accept` asks for it, in \
                OpenMetrics. A summary has the series `…_count` and `…_sum` too, and a timer's carries the quantiles \
                0.5 and 0.99 of the last seconds. A counter is there from the start, at 0 for each value of its tag; but \
                for `student` and `label`, which come with the first comparison.

                What must always hold in each process since its start, and `tagweir.queries.missing` says by how much it \
                does not:

                    queries read + rerouted read + recovered
                      = answers (HEAD + CACHE + STUDENT + FALLBACK + SHED) + queries rejected + rerouted + misses written
                        + repeated + handed back + queries pending

                In the role `all` the terms of the hop cancel out over the fleet but for what is in the hop, and those of \
                recovery but for what nobody has opened yet. What remains is: queries = answers + dead letters + pending. \
                In the role `tail`, what is read are the misses.

                """ + table;
    }

    /** The type of every series, by name. */
    private static Map<String, String> scraped() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var meters = new Meters(registry);
        meters.headAnswer(Duration.ZERO);
        meters.tailAnswer("STUDENT", Duration.ZERO);
        meters.miss("GENUINE");
        meters.deadLetter("reason");
        meters.headRow("stored");
        meters.stale();
        meters.coldReleased("PRIMED");
        meters.controlRefused("OUT_OF_ORDER");
        meters.catalogChange();
        meters.headRequest("GENUINE");
        meters.studentRun(1, Duration.ZERO);
        meters.studentFailure();
        meters.qualitySampled();
        meters.qualityCompared();
        meters.qualityDropped("BUSY");
        meters.qualitySpans("student", "label", "TP", 1);
        meters.studentFault("ITEM");
        meters.guardrailDropped("LABEL");
        GAUGES.forEach(gauge -> meters.gauge(gauge, () -> 0));
        var types = new LinkedHashMap<String, String>();
        var matcher = TYPE.matcher(registry.scrape());
        while (matcher.find()) {
            types.put(matcher.group(1), matcher.group(2));
        }
        registry.close();
        return types;
    }
}
