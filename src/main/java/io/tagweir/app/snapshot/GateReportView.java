package io.tagweir.app.snapshot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.snapshot.gate.GateFigures;
import io.tagweir.snapshot.gate.GateFigures.Side;
import io.tagweir.snapshot.gate.GateReport;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Function;

/** The gate's report as a table for users and as JSON for programs. */
record GateReportView(GateReport report) {

    void print(PrintWriter out) {
        var figures = report.figures();
        line(out, "", side -> side.id() + (side.equals(figures.active()) ? " (active)" : ""));
        line(out, "rows", side -> Long.toString(side.rows()));
        line(out, "tags", side -> Long.toString(side.scores().tags()));
        line(out, "labels", side -> Long.toString(side.labels().size()));
        line(out, "mean score", side -> decimal(side.scores().mean()));
        line(out, "scores of 0", side -> percent(OptionalDouble.of(side.scores().zeroShare())));
        line(out, "hit share", side -> percent(figures.hitShare(side)));
        line(out, "hit share, unique queries", side -> percent(figures.uniqueHitShare(side)));
        line(out, "misses per second", side -> optional(figures.missesPerSecond(side)));
        notes(out, figures);
        out.flush();
    }

    private void notes(PrintWriter out, GateFigures figures) {
        var active = figures.active();
        if (active == null) {
            out.println("no other snapshot is active, so rows, churn, coverage and scores are not compared");
        } else {
            out.println("rows added " + figures.churn().added() + ", gone "
                    + figures.churn().gone() + ", changed " + figures.churn().changed() + ": "
                    + percent(figures.churnShare()) + " of " + active.id() + " gone or changed");
        }
        var traffic = figures.traffic();
        if (traffic.queries() == 0) {
            out.println("coverage is unknown: there are no recent queries (" + traffic.unusable() + " unusable)");
        } else {
            out.println("forecast from " + traffic.queries() + " queries (" + traffic.unique() + " unique, "
                    + traffic.unusable() + " unusable) from "
                    + traffic.from().map(Instant::toString).orElse("") + " to "
                    + traffic.to().map(Instant::toString).orElse("") + ", " + optional(traffic.rate()) + " per second");
        }
        report.unjudged().forEach(out::println);
        if (!figures.labelsLacking().isEmpty()) {
            out.println("missing labels of the active snapshot: " + String.join(", ", figures.labelsLacking()));
        }
        if (!figures.candidate().taxonomy().equals(figures.taxonomy())) {
            out.println("it was checked against the taxonomy "
                    + orNone(figures.candidate().taxonomy()) + ", the configured one is " + orNone(figures.taxonomy()));
        }
        if (figures.candidate().misplaced() > 0 || figures.undecodable() > 0) {
            out.println("ignored: " + figures.candidate().misplaced() + " rows in a wrong partition, "
                    + figures.undecodable() + " records that can't be decoded");
        }
    }

    ObjectNode json() {
        var figures = report.figures();
        var json = JsonNodeFactory.instance.objectNode();
        json.set("candidate", json(figures, figures.candidate()));
        json.set("active", figures.active() == null ? null : json(figures, figures.active()));
        put(json, "rows_ratio", figures.rowsRatio());
        var churn = json.putObject("churn")
                .put("added", figures.churn().added())
                .put("gone", figures.churn().gone())
                .put("changed", figures.churn().changed());
        put(churn, "share", figures.churnShare());
        put(json, "coverage_ratio", figures.coverageRatio());
        var traffic = json.putObject("traffic")
                .put("queries", figures.traffic().queries())
                .put("unique", figures.traffic().unique())
                .put("unusable", figures.traffic().unusable())
                .put("from", figures.traffic().from().map(Instant::toString).orElse(null))
                .put("to", figures.traffic().to().map(Instant::toString).orElse(null));
        put(traffic, "queries_per_s", figures.traffic().rate());
        var taxonomy = json.putObject("taxonomy")
                .put("configured", figures.taxonomy())
                .put("same", figures.taxonomy().equals(figures.candidate().taxonomy()));
        new TreeSet<>(figures.labelsOutside()).forEach(taxonomy.putArray("labels_outside")::add);
        new TreeSet<>(figures.valuesOutside()).forEach(taxonomy.putArray("values_outside")::add);
        figures.labelsLacking().forEach(taxonomy.putArray("labels_lacking")::add);
        json.put("undecodable", figures.undecodable());
        report.breaches().forEach(json.putArray("breaches")::add);
        report.unjudged().forEach(json.putArray("unjudged")::add);
        return json;
    }

    private static ObjectNode json(GateFigures figures, Side side) {
        var json = JsonNodeFactory.instance
                .objectNode()
                .put("id", side.id())
                .put("rows", side.rows())
                .put("misplaced", side.misplaced())
                .put("tags", side.scores().tags())
                .put("mean_score", side.scores().mean())
                .put("zero_share", side.scores().zeroShare())
                .put("broken_scores", side.scores().broken())
                .put("all_scores_equal", side.scores().allEqual())
                .put("hits", side.hits())
                .put("normaliser", side.normaliser())
                .put("taxonomy", side.taxonomy());
        put(json, "hit_share", figures.hitShare(side));
        put(json, "unique_hit_share", figures.uniqueHitShare(side));
        put(json, "misses_per_s", figures.missesPerSecond(side));
        var labels = json.putObject("labels");
        side.labels().forEach(labels::put);
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble figure) {
        if (figure.isPresent()) {
            json.put(name, figure.getAsDouble());
        } else {
            json.putNull(name);
        }
    }

    private void line(PrintWriter out, String name, Function<Side, String> figure) {
        var active = report.figures().active();
        String one = figure.apply(report.figures().candidate());
        String other = active == null ? "" : figure.apply(active);
        out.println(
                String.format(Locale.ROOT, "%-28s %18s %18s", name, one, other).stripTrailing());
    }

    private static String decimal(double figure) {
        return String.format(Locale.ROOT, "%.3f", figure);
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.2f %%", 100 * share.getAsDouble()) : "unknown";
    }

    private static String optional(OptionalDouble figure) {
        return figure.isPresent() ? decimal(figure.getAsDouble()) : "unknown";
    }

    private static String orNone(String fingerprint) {
        return fingerprint.isEmpty() ? "none" : fingerprint;
    }
}
