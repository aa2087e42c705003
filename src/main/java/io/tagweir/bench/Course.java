package io.tagweir.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * What every scenario runs on and reports to.
 *
 * @param deadLetters topic of what the application could not take
 * @param unasked where misses come from
 * @param progress gets a line for each round
 */
public record Course(
        Testbed bed,
        String deadLetters,
        Scale scale,
        Report report,
        Unasked unasked,
        PrintWriter progress,
        Serde<QueryEvent> queries,
        Serde<TaggedQuery> answers,
        InstantSource clock) {

    /** Measure of a drained backlog. */
    public static final String RATE = "records_per_s";

    /** Measure of what it cost: processor time of this process, in microseconds. */
    static final String CPU = "cpu_us_per_record";

    private static final long STARTED = System.nanoTime();

    static Map<String, Double> figures(double rate, double cpu) {
        var figures = new LinkedHashMap<String, Double>();
        figures.put(RATE, rate);
        figures.put(CPU, cpu);
        return figures;
    }

    /** Fills an empty topic with queries to be drained. */
    Drain backlog(String topic, Traffic traffic, int count) {
        say("filling " + topic + " with " + count + " queries");
        try (var prefill = new Prefill(bed, clock)) {
            prefill.queries(topic, queries.serializer(), traffic, count);
        }
        return new Drain(bed, topic, count, traffic.misses(count));
    }

    /** Has a contender load its head, which then outlives its runs. */
    public void load(Contender contender) {
        say(contender.name() + " loads its head");
        long start = System.nanoTime();
        String nothing = bed.createNew("no-queries");
        try (var running = contender.start(nothing, bed.createNew("no-answers"), Tuning.DRAIN)) {
            bed.awaitConsumed(contender.group(), contender.head());
            running.awaitHead();
        }
        say("%s has its head after %.1f s".formatted(contender.name(), (System.nanoTime() - start) / 1e9));
    }

    void say(String line) {
        progress.printf("%4d s  %s%n", (System.nanoTime() - STARTED) / 1_000_000_000, line);
        progress.flush();
    }
}
