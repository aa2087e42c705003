package io.tagweir.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.avro.Source;
import io.tagweir.bench.AnswerCounts;
import io.tagweir.bench.Percentiles;
import java.io.PrintWriter;

/**
 * The figures of a demo run.
 *
 * @param warmUp the first queries, which are counted but left out of the latencies
 * @param pending queries without an answer that are still in the tail
 * @param firstAnswerSeconds from the JVM's start to the first answer
 * @param rssMb peak resident memory of the process, in MiB
 */
record DemoReport(int queries, int warmUp, AnswerCounts counts, int pending, double firstAnswerSeconds, long rssMb) {

    int lost() {
        return queries - counts.answered() - counts.deadLetters() - pending;
    }

    boolean clean() {
        return lost() == 0 && pending == 0;
    }

    ObjectNode json() {
        var json = new ObjectMapper().createObjectNode().put("queries", queries).put("answered", counts.answered());
        var sources = json.putObject("by_source");
        for (var source : Source.values()) {
            sources.put(source.name(), counts.bySource().getOrDefault(source, 0));
        }
        json.put("dead_letters", counts.deadLetters())
                .put("pending", pending)
                .put("lost", lost())
                .put("duplicated", counts.duplicated());
        json.set("head_ms", json(counts.head()));
        json.set("tail_ms", json(counts.tail()));
        return json.put("warm_up_queries", warmUp)
                .put("records_per_s", recordsPerSecond())
                .put("seconds", counts.seconds())
                .put("first_answer_s", firstAnswerSeconds)
                .put("rss_mb", rssMb);
    }

    /** Nulls if nothing was measured: JSON has no NaN. */
    private static ObjectNode json(Percentiles percentiles) {
        return new ObjectMapper()
                .createObjectNode()
                .put("p50", percentiles.isEmpty() ? null : percentiles.p50())
                .put("p99", percentiles.isEmpty() ? null : percentiles.p99());
    }

    private double recordsPerSecond() {
        return counts.seconds() == 0 ? 0 : counts.answered() / counts.seconds();
    }

    void print(PrintWriter out) {
        out.printf("%n%-12s %10s %8s %10s %10s%n", "", "queries", "share", "p50 ms", "p99 ms");
        row(out, "HEAD", counts.bySource().getOrDefault(Source.HEAD, 0), counts.head());
        int head = counts.bySource().getOrDefault(Source.HEAD, 0);
        row(out, "tail", counts.answered() - head, counts.tail());
        for (var source : Source.values()) {
            int count = counts.bySource().getOrDefault(source, 0);
            if (source != Source.HEAD && count > 0) {
                out.printf("  %-10s %10d %7.1f%%%n", source, count, 100.0 * count / queries);
            }
        }
        out.printf("%-12s %10d%n", "dead letters", counts.deadLetters());
        out.printf("%-12s %10d%n", "pending", pending);
        out.printf("%-12s %10d%n", "lost", lost());
        out.printf("%-12s %10d%n", "duplicated", counts.duplicated());
        out.printf(
                "%d queries in %.1f s, %.0f/s; latencies without the first %d, sent to a cold JVM; first answer %.1f s after the start; at most %d MiB resident%n",
                queries, counts.seconds(), recordsPerSecond(), warmUp, firstAnswerSeconds, rssMb);
        out.flush();
    }

    private void row(PrintWriter out, String name, int count, Percentiles percentiles) {
        out.printf(
                "%-12s %10d %7.1f%% %10s %10s%n",
                name,
                count,
                100.0 * count / queries,
                percentiles.isEmpty() ? "-" : String.format("%.1f", percentiles.p50()),
                percentiles.isEmpty() ? "-" : String.format("%.1f", percentiles.p99()));
    }
}
