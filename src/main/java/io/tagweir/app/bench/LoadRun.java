package io.tagweir.app.bench;

import io.tagweir.avro.QueryEvent;
import io.tagweir.bench.AnswerConsumer;
import io.tagweir.bench.AnswerCounter;
import io.tagweir.bench.AnswerCounts;
import io.tagweir.bench.KeyMix;
import io.tagweir.bench.LoadGenerator;
import io.tagweir.bench.RateProfile;
import io.tagweir.bench.RateProfile.Phase;
import io.tagweir.bench.Report;
import io.tagweir.bench.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;

/** A started system under open-loop load. Each load ends when its last answer is out. Owned by one thread. */
final class LoadRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WINDOWS = 3;

    private final BenchContext context;
    private final SystemUnderTest system;
    private final String queries;
    private final String answers;
    private final SystemUnderTest.Running running;
    private final KafkaProducer<byte[], byte[]> producer;
    private int loads;

    LoadRun(BenchContext context, SystemUnderTest system, Map<String, String> tuning) {
        this.context = context;
        this.system = system;
        queries = context.cluster().createNew("live");
        answers = context.cluster().createNew("live-answers");
        running = system.start(queries, answers, tuning);
        producer = context.cluster().producer(false);
    }

    /** Measures a system at fixed rates per second in several windows, after a warm-up. */
    static List<AnswerCounts> steady(
            BenchContext context, SystemUnderTest system, Map<String, String> tuning, double hitRate, double missRate) {
        try (var load = new LoadRun(context, system, tuning)) {
            load.window(hitRate, missRate, context.warmUp());
            return load.windows(hitRate, missRate);
        }
    }

    List<AnswerCounts> windows(double hitRate, double missRate) {
        var windows = new ArrayList<AnswerCounts>();
        for (int i = 0; i < WINDOWS; i++) {
            windows.add(window(hitRate, missRate, context.window()));
        }
        return windows;
    }

    /**
     * Sends hits and unique misses at fixed rates per second.
     *
     * @throws IllegalStateException if a query was not answered exactly once
     */
    AnswerCounts window(double hitRate, double missRate, Duration time) {
        var profile = new RateProfile(Phase.of(hitRate, missRate, time));
        var counts = send(profile, context.queries(profile, loads++)).counts();
        if (counts.answered() != profile.queries() || counts.duplicated() > 0) {
            throw new IllegalStateException("%s answered %d of %d queries, with %d duplicates and %d dead letters"
                    .formatted(
                            system.name(),
                            counts.answered(),
                            profile.queries(),
                            counts.duplicated(),
                            counts.deadLetters()));
        }
        return counts;
    }

    /** Sends queries and returns when all are accounted for, or nothing comes out any more. */
    AnswerCounter send(RateProfile profile, IntFunction<QueryEvent> events) {
        var serdes = context.serdes();
        var load = new LoadGenerator(
                producer, serdes.queries().serializer(), queries, context.clock(), profile, KeyMix.CANONICAL);
        var counter = new AnswerCounter(profile.queries(), 0, load::dueNanos);
        try (var consumer = new AnswerConsumer(
                counter,
                context.cluster().clientConfig(),
                answers,
                context.settings().topics().deadLetters(),
                serdes.tagged().deserializer(),
                serdes.queries().deserializer())) {
            load.run(events);
            consumer.await(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return counter;
    }

    /** A latency of each window, by its name in the report. */
    static Sample sample(List<AnswerCounts> windows, String measure) {
        return new Sample(
                windows.stream().map(window -> window.latency(measure)).toList());
    }

    static void report(Report report, String scenario, List<AnswerCounts> windows, String... measures) {
        for (var measure : measures) {
            report.add(scenario, measure, sample(windows, measure));
        }
    }

    @Override
    public void close() {
        producer.close();
        running.close();
        context.cluster().delete(queries, answers);
    }
}
