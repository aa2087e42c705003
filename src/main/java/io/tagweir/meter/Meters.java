package io.tagweir.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Source;
import io.tagweir.meter.MeterName.Kind;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The meters of one process; {@link MeterName} lists them.
 *
 * <p>Thread-safe. Latencies are differences of two clocks; one below zero counts as zero.
 */
public final class Meters {

    private final MeterRegistry registry;
    private final QueryBalance queries = new QueryBalance();
    private final TaggedCounter<Source> answers;
    private final TaggedCounter<MissReason> misses;
    private final TaggedCounter<RowChange> rowChanges;
    private final TaggedCounter<RowChange> oldRowChanges;
    private final TaggedCounter<ColdRelease> coldReleases;
    private final TaggedCounter<ControlRefusal> controlRefusals;
    private final TaggedCounter<MissReason> headRequests;
    private final Counter failures;
    private final Counter stale;
    private final Counter catalogChanges;
    private final Counter sampled;
    private final Counter compared;
    private final Timer headLatency;
    private final Timer tailLatency;
    private final Timer studentRun;
    private final DistributionSummary studentBatch;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        answers = counter(MeterName.ANSWERS, Source.class);
        misses = counter(MeterName.MISSES, MissReason.class);
        rowChanges = counter(MeterName.HEAD_ROW_CHANGES, RowChange.class);
        oldRowChanges = new TaggedCounter<>(
                RowChange.class,
                change -> counter(MeterName.HEAD_ROWS, change.name().toLowerCase(Locale.ROOT)));
        coldReleases = counter(MeterName.COLD_RELEASED, ColdRelease.class);
        controlRefusals = counter(MeterName.CONTROL_REFUSED, ControlRefusal.class);
        headRequests = counter(MeterName.HEAD_REQUESTS, MissReason.class);
        queries(MeterName.QUERIES_READ, QueryFigures::read);
        queries(MeterName.REROUTED, QueryFigures::rerouted);
        queries(MeterName.REROUTED_READ, QueryFigures::reroutedRead);
        queries(MeterName.MISSES_WRITTEN, QueryFigures::missesWritten);
        queries(MeterName.QUERIES_REJECTED, QueryFigures::deadLetters);
        queries(MeterName.QUERIES_RECOVERED, QueryFigures::recovered);
        queries(MeterName.QUERIES_HANDED_BACK, QueryFigures::handedBack);
        queries(MeterName.QUERIES_REPEATED, QueryFigures::repeated);
        gauge(MeterName.QUERIES_PENDING, () -> queries.figures().pending());
        gauge(MeterName.QUERIES_MISSING, () -> queries.figures().missing());
        failures = counter(MeterName.STUDENT_FAILURES);
        stale = counter(MeterName.HEAD_STALE);
        catalogChanges = counter(MeterName.CATALOG_CHANGES);
        sampled = counter(MeterName.QUALITY_SAMPLED);
        compared = counter(MeterName.QUALITY_COMPARED);
        headLatency = timer(MeterName.HEAD_LATENCY);
        tailLatency = timer(MeterName.TAIL_LATENCY);
        studentRun = timer(MeterName.STUDENT_RUN);
        studentBatch = DistributionSummary.builder(of(MeterName.STUDENT_BATCH, Kind.SUMMARY))
                .description(MeterName.STUDENT_BATCH.help())
                .register(registry);
    }

    /** The counts of queries read and written. */
    public QueryBalance queries() {
        return queries;
    }

    /** The counter of a meter whose tag is an enum of the room that counts. */
    public <E extends Enum<E>> TaggedCounter<E> counter(MeterName name, Class<E> values) {
        return new TaggedCounter<>(values, value -> counter(name, value.name()));
    }

    /** Counts an answer of the head, {@code latency} after the query's event time. */
    public void headAnswer(Duration latency) {
        answers.increment(Source.HEAD);
        headLatency.record(notNegative(latency));
    }

    /** Counts an answer of the tail. */
    public void tailAnswer(Source source, Duration latency) {
        answers.increment(source);
        tailLatency.record(notNegative(latency));
    }

    public void miss(MissReason reason) {
        misses.increment(reason);
    }

    public void headRow(RowChange change) {
        rowChanges.increment(change);
        oldRowChanges.increment(change);
    }

    /** Counts an answer of the head with stale tags. */
    public void stale() {
        stale.increment();
    }

    /** Counts a hit that is given to the tail as well, to compare the student with the teacher. */
    public void qualitySampled() {
        sampled.increment();
    }

    public void qualityCompared() {
        compared.increment();
    }

    /** Counts spans of a label with the same outcome. */
    public void qualitySpans(String student, String label, SpanOutcome outcome, int spans) {
        Counter.builder(of(MeterName.QUALITY_SPANS, Kind.COUNTER))
                .tag("student", student)
                .tag("label", label)
                .tag("outcome", outcome.name())
                .description(MeterName.QUALITY_SPANS.help())
                .register(registry)
                .increment(spans);
    }

    /** Removes the meters of a student's quality. */
    public void forgetQualityOf(String student) {
        registry.find(MeterName.QUALITY_SPANS.meter())
                .tag("student", student)
                .meters()
                .forEach(registry::remove);
    }

    public void coldReleased(ColdRelease release) {
        coldReleases.increment(release);
    }

    public void controlRefused(ControlRefusal refusal) {
        controlRefusals.increment(refusal);
    }

    public void catalogChange() {
        catalogChanges.increment();
    }

    public void headRequest(MissReason reason) {
        headRequests.increment(reason);
    }

    /** Counts a run of the student over {@code queries} queries. */
    public void studentRun(int queries, Duration time) {
        studentBatch.record(queries);
        studentRun.record(time);
    }

    public void studentFailure() {
        failures.increment();
    }

    /** Registers a gauge that reads {@code value} at each scrape. */
    public void gauge(MeterName name, Supplier<Number> value) {
        Gauge.builder(of(name, Kind.GAUGE), value).description(name.help()).register(registry);
    }

    /** The sum of a counter over all values of its tags. */
    public double total(MeterName name) {
        var found = registry.find(name.meter());
        return Stream.concat(
                        found.counters().stream().map(Counter::count),
                        found.functionCounters().stream().map(FunctionCounter::count))
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** A counter's value for one value of its tag; 0 if there is none. */
    public double total(MeterName name, Enum<?> tagValue) {
        return registry.find(name.meter()).tag(name.tags().get(0), tagValue.name()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** A recent percentile of a timer, in milliseconds; NaN if it is not one of those kept (0.5 and 0.99). */
    public double percentileMs(MeterName name, double percentile) {
        var timer = registry.find(name.meter()).timer();
        if (timer != null) {
            for (var value : timer.takeSnapshot().percentileValues()) {
                if (Math.abs(value.percentile() - percentile) < 1e-9) {
                    return value.value() / 1e6;
                }
            }
        }
        return Double.NaN;
    }

    private static Duration notNegative(Duration latency) {
        return latency.isNegative() ? Duration.ZERO : latency;
    }

    private void queries(MeterName name, ToDoubleFunction<QueryFigures> figure) {
        FunctionCounter.builder(of(name, Kind.COUNTER), queries, balance -> figure.applyAsDouble(balance.figures()))
                .description(name.help())
                .register(registry);
    }

    private Counter counter(MeterName name) {
        return Counter.builder(of(name, Kind.COUNTER)).description(name.help()).register(registry);
    }

    private Counter counter(MeterName name, String tagValue) {
        return Counter.builder(of(name, Kind.COUNTER))
                .tag(name.tags().get(0), tagValue)
                .description(name.help())
                .register(registry);
    }

    private Timer timer(MeterName name) {
        return Timer.builder(of(name, Kind.TIMER))
                .description(name.help())
                .publishPercentiles(0.5, 0.99)
                .distributionStatisticExpiry(Duration.ofSeconds(10))
                .register(registry);
    }

    /** The meter's name, if it is declared as of this kind: the reference page says what is declared. */
    private static String of(MeterName name, Kind kind) {
        if (name.kind() != kind) {
            throw new IllegalArgumentException(name + " is declared as " + name.kind() + ", not as " + kind);
        }
        return name.meter();
    }
}
