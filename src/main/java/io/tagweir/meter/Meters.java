package io.tagweir.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tagweir.avro.MissReason;
import io.tagweir.avro.Source;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Every meter the application has: {@link Name} lists them with unit and help, the methods count into them.
 *
 * <p>Thread-safe. Times given are durations between two readings of a clock; one below zero (clocks differ between
 * machines) counts as zero.
 */
public final class Meters {

    /** A meter: its name in Micrometer's notation, its tag if it has one, its unit and what it says. */
    public enum Name {
        ANSWERS("tagweir.answers", "source", "queries", "Answers sent to tagged-queries, by who answered."),
        MISSES("tagweir.misses", "reason", "queries", "Queries the head could not answer, by why."),
        DEAD_LETTERS("tagweir.dead.letters", "reason", "records", "Records kept in the dead-letter topic, by why."),
        QUERIES_READ(
                "tagweir.queries.read",
                "",
                "queries",
                "Queries read, those that became dead letters included; in the role tail, misses read."),
        REROUTED(
                "tagweir.queries.rerouted",
                "",
                "queries",
                "Queries written to the repartition hop, which takes them to their partition."),
        REROUTED_READ("tagweir.queries.rerouted.read", "", "queries", "Queries read from the repartition hop."),
        MISSES_WRITTEN("tagweir.misses.written", "", "queries", "Misses that the role head wrote for the role tail."),
        QUERIES_REJECTED("tagweir.queries.rejected", "", "queries", "Dead letters that were queries, or misses."),
        QUERIES_RECOVERED(
                "tagweir.queries.recovered",
                "",
                "queries",
                "Queries that were pending when their partition was last closed, here or elsewhere, and are this"
                        + " process's now."),
        QUERIES_HANDED_BACK(
                "tagweir.queries.handed.back",
                "",
                "queries",
                "Queries that were pending when their partition was closed here; whoever opens it recovers them."),
        QUERIES_REPEATED(
                "tagweir.queries.repeated",
                "",
                "queries",
                "Queries read again after a crash and found pending already; they are answered once."),
        QUERIES_PENDING(
                "tagweir.queries.pending",
                "",
                "queries",
                "Queries in the stores of this process and not answered: held for the head, or misses."),
        QUERIES_MISSING(
                "tagweir.queries.missing",
                "",
                "queries",
                "Queries that came in and are neither answered, dead letters, written on nor pending: lost. 0 in health;"
                        + " below 0, more went out than came in."),
        HEAD_ROWS("tagweir.head.rows", "change", "rows", "Rows of head tags stored or removed since the start."),
        HEAD_STALE(
                "tagweir.head.stale",
                "",
                "queries",
                "Answers of the head whose tags are past their date, served marked."),
        HEAD_PRIMED(
                "tagweir.head.primed",
                "",
                "partitions",
                "Partitions of this process that hold the verified snapshot which answers queries of now."),
        HEAD_PARTITIONS("tagweir.head.partitions", "", "partitions", "Partitions of the head this process has open."),
        HEAD_HELD("tagweir.head.held", "", "queries", "Queries that wait until their partition is primed."),
        COLD_RELEASED(
                "tagweir.head.cold.released",
                "outcome",
                "queries",
                "Queries that waited for the head: PRIMED, looked up again; EXPIRED, handed to the student."),
        CONTROL_REFUSED(
                "tagweir.control.refused",
                "reason",
                "records",
                "Control records, catalog events and vocabularies that break the rules or do not decode: left out, and"
                        + " left in their topic."),
        CATALOG_CHANGES("tagweir.catalog.changes", "", "records", "Changes of the catalog taken over."),
        HEAD_REQUESTS("tagweir.head.requests", "reason", "records", "Queries the teacher was asked to tag, by why."),
        HEAD_LATENCY("tagweir.head.latency", "", "seconds", "From a query's event time to its answer from the head."),
        TAIL_LATENCY("tagweir.tail.latency", "", "seconds", "From a query's event time to its answer from the tail."),
        STUDENT_RUN("tagweir.student.run", "", "seconds", "One run of the model over one sub-batch."),
        STUDENT_BATCH("tagweir.student.batch", "", "queries", "Queries in one run of the model."),
        STUDENT_FAILURES(
                "tagweir.student.failures", "", "queries", "Queries the student failed on; each is a FALLBACK."),
        STUDENT_FAULTS(
                "tagweir.student.faults",
                "kind",
                "faults",
                "Faults of the student: ITEM and NOT_FINITE a query, HANG and DEVICE_MEMORY a run, RENEWAL a session that hung and could not be loaded anew, CRASH a query left out because the process died while it ran."),
        STUDENT_HUNG("tagweir.student.hung", "", "threads", "Threads that hang in the model now, given up."),
        GUARDRAIL_DROPPED(
                "tagweir.guardrail.dropped", "reason", "spans", "Spans of the student that were dropped, by why."),
        STUDENT_CPU_FALLBACK(
                "tagweir.student.cpu.fallback", "", "flag", "1 where a GPU was asked for and the CPU is used."),
        STUDENTS_LOADED("tagweir.students.loaded", "", "students", "Students this process has loaded."),
        STUDENTS_LACKING(
                "tagweir.students.lacking",
                "",
                "students",
                "Students that answer queries of now, or are planned to, and are not loaded here."),
        TAIL_PENDING("tagweir.tail.pending", "", "queries", "Misses taken over and not yet answered by this process."),
        TAIL_DEFERRED("tagweir.tail.deferred", "", "queries", "BACKGROUND misses that wait in the ledger for room."),
        TAIL_NEGLECTED(
                "tagweir.tail.neglected",
                "",
                "seconds",
                "How long texts have waited for the student while a thread that takes them was idle; 0 in health."),
        QUALITY_SAMPLED(
                "tagweir.quality.sampled",
                "",
                "queries",
                "Answers of the head handed to the tail too, to measure the student by; no misses."),
        QUALITY_COMPARED(
                "tagweir.quality.compared",
                "",
                "queries",
                "Answers of the head that were compared with the student's."),
        QUALITY_DROPPED(
                "tagweir.quality.dropped",
                "reason",
                "queries",
                "Answers of the head that were not, by why: BUSY, misses fill the tail; FULL, as many wait as may; FAILED,"
                        + " the student had no answer."),
        QUALITY_SPANS(
                "tagweir.quality.spans",
                "student, label, outcome",
                "spans",
                "Spans of a student against the teacher's, by label and outcome: TP, both have it; FP, the student"
                        + " alone; FN, the teacher alone."),
        QUALITY_PRECISION(
                "tagweir.quality.precision",
                "student, label",
                "ratio",
                "Share of a student's spans that the teacher has too, over the latest queries compared; label *: of all"
                        + " labels."),
        QUALITY_RECALL(
                "tagweir.quality.recall",
                "student, label",
                "ratio",
                "Share of the teacher's spans that a student has too, over the latest queries compared; label *: of all"
                        + " labels."),
        QUALITY_F1(
                "tagweir.quality.f1",
                "student, label",
                "ratio",
                "Harmonic mean of a student's precision and recall over the latest queries compared; label *: of all"
                        + " labels."),
        STUDENT_RATE(
                "tagweir.student.rate",
                "",
                "queries",
                "Queries a second that the student's threads get through while they are busy."),
        ROCKSDB_BYTES(
                "tagweir.rocksdb.bytes",
                "",
                "bytes",
                "Memory held by RocksDB's shared block cache, memtables included.");

        private final String meter;
        private final String tag;
        private final String unit;
        private final String help;

        Name(String meter, String tag, String unit, String help) {
            this.meter = meter;
            this.tag = tag;
            this.unit = unit;
            this.help = help;
        }

        public String meter() {
            return meter;
        }

        public String tag() {
            return tag;
        }

        public String unit() {
            return unit;
        }

        public String help() {
            return help;
        }
    }

    private final MeterRegistry registry;
    private final Map<Name, Map<String, Counter>> counters = new ConcurrentHashMap<>();
    private final QueryBalance queries = new QueryBalance();
    private final Counter headAnswers;
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
        start(Name.ANSWERS, Source.class);
        start(Name.MISSES, MissReason.class);
        queries(Name.QUERIES_READ, QueryFigures::read);
        queries(Name.REROUTED, QueryFigures::rerouted);
        queries(Name.REROUTED_READ, QueryFigures::reroutedRead);
        queries(Name.MISSES_WRITTEN, QueryFigures::missesWritten);
        queries(Name.QUERIES_REJECTED, QueryFigures::deadLetters);
        queries(Name.QUERIES_RECOVERED, QueryFigures::recovered);
        queries(Name.QUERIES_HANDED_BACK, QueryFigures::handedBack);
        queries(Name.QUERIES_REPEATED, QueryFigures::repeated);
        gauge(Name.QUERIES_PENDING, () -> queries.figures().pending());
        gauge(Name.QUERIES_MISSING, () -> queries.figures().missing());
        headAnswers = counted(Name.ANSWERS, Source.HEAD.name());
        failures = counter(Name.STUDENT_FAILURES);
        stale = counter(Name.HEAD_STALE);
        catalogChanges = counter(Name.CATALOG_CHANGES);
        sampled = counter(Name.QUALITY_SAMPLED);
        compared = counter(Name.QUALITY_COMPARED);
        headLatency = timer(Name.HEAD_LATENCY);
        tailLatency = timer(Name.TAIL_LATENCY);
        studentRun = timer(Name.STUDENT_RUN);
        studentBatch = DistributionSummary.builder(Name.STUDENT_BATCH.meter)
                .description(Name.STUDENT_BATCH.help)
                .register(registry);
    }

    /** What came in and what went out. */
    public QueryBalance queries() {
        return queries;
    }

    /** Has a counter begin at 0 for these values of its tag: to Prometheus one that is not there is not 0. */
    public void start(Name name, Stream<String> tagValues) {
        tagValues.forEach(value -> counted(name, value));
    }

    /** The same, for each constant of an enum. */
    public <E extends Enum<E>> void start(Name name, Class<E> tagValues) {
        start(name, Arrays.stream(tagValues.getEnumConstants()).map(Enum::name));
    }

    /** An answer of the head went out, {@code latency} after the query's event time. */
    public void headAnswer(Duration latency) {
        headAnswers.increment();
        headLatency.record(notNegative(latency));
    }

    /** An answer of the tail went out. */
    public void tailAnswer(String source, Duration latency) {
        count(Name.ANSWERS, source);
        tailLatency.record(notNegative(latency));
    }

    public void miss(String reason) {
        count(Name.MISSES, reason);
    }

    public void deadLetter(String reason) {
        count(Name.DEAD_LETTERS, reason);
    }

    public void headRow(String change) {
        count(Name.HEAD_ROWS, change);
    }

    /** The head answered with tags past their date. */
    public void stale() {
        stale.increment();
    }

    /** A hit goes to the tail too, to measure the student by. */
    public void qualitySampled() {
        sampled.increment();
    }

    public void qualityCompared() {
        compared.increment();
    }

    public void qualityDropped(String reason) {
        count(Name.QUALITY_DROPPED, reason);
    }

    /**
     * So many spans of a label were compared with this outcome.
     *
     * @param outcome TP, FP or FN
     */
    public void qualitySpans(String student, String label, String outcome, int spans) {
        Counter.builder(Name.QUALITY_SPANS.meter)
                .tag("student", student)
                .tag("label", label)
                .tag("outcome", outcome)
                .description(Name.QUALITY_SPANS.help)
                .register(registry)
                .increment(spans);
    }

    /** How good a student is on one label, read whenever the gauge is asked for. */
    public void qualityGauge(Name name, String student, String label, Supplier<Number> value) {
        Gauge.builder(name.meter, value)
                .tag("student", student)
                .tag("label", label)
                .description(name.help)
                .register(registry);
    }

    /** A student's quality is not told any more. */
    public void forgetQualityOf(String student) {
        for (var name : List.of(Name.QUALITY_SPANS, Name.QUALITY_PRECISION, Name.QUALITY_RECALL, Name.QUALITY_F1)) {
            registry.find(name.meter).tag("student", student).meters().forEach(registry::remove);
        }
    }

    public void coldReleased(String outcome) {
        count(Name.COLD_RELEASED, outcome);
    }

    public void controlRefused(String reason) {
        count(Name.CONTROL_REFUSED, reason);
    }

    public void catalogChange() {
        catalogChanges.increment();
    }

    public void headRequest(String reason) {
        count(Name.HEAD_REQUESTS, reason);
    }

    /** The student has run once over {@code queries} queries. */
    public void studentRun(int queries, Duration time) {
        studentBatch.record(queries);
        studentRun.record(time);
    }

    public void studentFailure() {
        failures.increment();
    }

    public void studentFault(String kind) {
        count(Name.STUDENT_FAULTS, kind);
    }

    /** A span of the student was dropped. */
    public void guardrailDropped(String reason) {
        count(Name.GUARDRAIL_DROPPED, reason);
    }

    /** Reads {@code value} whenever the gauge is asked for. */
    public void gauge(Name name, Supplier<Number> value) {
        Gauge.builder(name.meter, value).description(name.help).register(registry);
    }

    /** The sum of a counter over all values of its tag. */
    public double total(Name name) {
        var found = registry.find(name.meter);
        return Stream.concat(
                        found.counters().stream().map(Counter::count),
                        found.functionCounters().stream().map(FunctionCounter::count))
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** A counter's value for one value of its tag; 0 where nothing was counted yet. */
    public double total(Name name, String tagValue) {
        return registry.find(name.meter).tag(name.tag, tagValue).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** A recent percentile of a timer, in milliseconds; NaN where it is not one of those kept (0.5 and 0.99). */
    public double percentileMs(Name name, double percentile) {
        var timer = registry.find(name.meter).timer();
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

    private void queries(Name name, ToDoubleFunction<QueryFigures> figure) {
        FunctionCounter.builder(name.meter, queries, balance -> figure.applyAsDouble(balance.figures()))
                .description(name.help)
                .register(registry);
    }

    private void count(Name name, String tagValue) {
        counted(name, tagValue).increment();
    }

    private Counter counted(Name name, String tagValue) {
        return counters.computeIfAbsent(name, n -> new ConcurrentHashMap<>())
                .computeIfAbsent(tagValue, value -> counter(name, value));
    }

    private Counter counter(Name name, String tagValue) {
        return Counter.builder(name.meter)
                .tag(name.tag, tagValue)
                .description(name.help)
                .register(registry);
    }

    private Counter counter(Name name) {
        return Counter.builder(name.meter).description(name.help).register(registry);
    }

    private Timer timer(Name name) {
        return Timer.builder(name.meter)
                .description(name.help)
                .publishPercentiles(0.5, 0.99)
                .distributionStatisticExpiry(Duration.ofSeconds(10))
                .register(registry);
    }
}
