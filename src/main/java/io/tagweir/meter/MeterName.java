package io.tagweir.meter;

import java.util.List;

/** Every meter that the application has, with its kind, tags, unit and help. */
public enum MeterName {
    ANSWERS(Kind.COUNTER, "tagweir.answers", "queries", "Answers sent to tagged-queries, by what answered.", "source"),
    MISSES(Kind.COUNTER, "tagweir.misses", "queries", "Queries that the head could not answer, by reason.", "reason"),
    DEAD_LETTERS(
            Kind.COUNTER,
            "tagweir.dead.letters",
            "records",
            "Records written to the dead-letter topic, by reason.",
            "reason"),
    QUERIES_READ(
            Kind.COUNTER,
            "tagweir.queries.read",
            "queries",
            "Queries read, including those that became dead letters. In the role tail, misses read."),
    REROUTED(
            Kind.COUNTER,
            "tagweir.queries.rerouted",
            "queries",
            "Queries written to the repartition topic, because they were in another partition than their key."),
    REROUTED_READ(Kind.COUNTER, "tagweir.queries.rerouted.read", "queries", "Queries read from the repartition topic."),
    MISSES_WRITTEN(
            Kind.COUNTER, "tagweir.misses.written", "queries", "Misses that the role head wrote for the role tail."),
    QUERIES_REJECTED(Kind.COUNTER, "tagweir.queries.rejected", "queries", "Dead letters that were queries or misses."),
    QUERIES_RECOVERED(
            Kind.COUNTER,
            "tagweir.queries.recovered",
            "queries",
            "Pending queries found in the stores of a partition when it was opened here."),
    QUERIES_HANDED_BACK(
            Kind.COUNTER,
            "tagweir.queries.handed.back",
            "queries",
            "Queries that were pending when their partition was closed here. The process that opens it next recovers"
                    + " them."),
    QUERIES_REPEATED(
            Kind.COUNTER,
            "tagweir.queries.repeated",
            "queries",
            "Queries that were read again after a crash and were already pending. They are answered once."),
    QUERIES_PENDING(
            Kind.GAUGE,
            "tagweir.queries.pending",
            "queries",
            "Queries in the stores of this process that are not answered: held for the head, or misses."),
    QUERIES_MISSING(
            Kind.GAUGE,
            "tagweir.queries.missing",
            "queries",
            "Lost queries: read, but neither answered, dead letters, written on nor pending. Normally 0. Below 0, more"
                    + " were sent than read."),
    HEAD_ROW_CHANGES(
            Kind.COUNTER,
            "tagweir.head.row.changes",
            "rows",
            "Records of head-tags processed, by what happened to the row: STORED, REPEATED (was stored already), REMOVED"
                    + " by a tombstone, RETIRED with its snapshot, or ABSENT (a tombstone of no row).",
            "change"),
    HEAD_ROWS(
            Kind.COUNTER,
            "tagweir.head.rows",
            "rows",
            "Deprecated; removed in the next release. Use tagweir.head.row.changes, whose tag values are in upper case.",
            "change"),
    HEAD_STALE(Kind.COUNTER, "tagweir.head.stale", "queries", "Answers of the head with stale tags, marked STALE."),
    HEAD_PRIMED(
            Kind.GAUGE,
            "tagweir.head.primed",
            "partitions",
            "Partitions of this process that hold the active snapshot, verified."),
    HEAD_PARTITIONS(Kind.GAUGE, "tagweir.head.partitions", "partitions", "Partitions of the head that are open here."),
    HEAD_HELD(Kind.GAUGE, "tagweir.head.held", "queries", "Queries held until their partition is primed."),
    COLD_RELEASED(
            Kind.COUNTER,
            "tagweir.head.cold.released",
            "queries",
            "Queries no longer held: PRIMED were looked up again, EXPIRED were handed to the student.",
            "outcome"),
    CONTROL_REFUSED(
            Kind.COUNTER,
            "tagweir.control.refused",
            "records",
            "Control records, catalog events and vocabularies that were ignored because they are invalid, by reason. They"
                    + " stay in their topic.",
            "reason"),
    CATALOG_CHANGES(Kind.COUNTER, "tagweir.catalog.changes", "records", "Catalog events applied."),
    HEAD_REQUESTS(
            Kind.COUNTER,
            "tagweir.head.requests",
            "records",
            "Queries that the teacher was asked to tag, by reason.",
            "reason"),
    HEAD_LATENCY(
            Kind.TIMER, "tagweir.head.latency", "seconds", "Time from a query's event time to its answer by the head."),
    TAIL_LATENCY(
            Kind.TIMER, "tagweir.tail.latency", "seconds", "Time from a query's event time to its answer by the tail."),
    STUDENT_RUN(Kind.TIMER, "tagweir.student.run", "seconds", "Time of one run of the model."),
    STUDENT_BATCH(Kind.SUMMARY, "tagweir.student.batch", "queries", "Queries in one run of the model."),
    STUDENT_FAILURES(
            Kind.COUNTER,
            "tagweir.student.failures",
            "queries",
            "Queries that the student failed on. Each gets a FALLBACK."),
    STUDENT_FAULTS(
            Kind.COUNTER,
            "tagweir.student.faults",
            "faults",
            "Faults of the student. ITEM and NOT_FINITE concern a query, HANG and DEVICE_MEMORY a run. RENEWAL: a session"
                    + " hung and could not be loaded again. CRASH: a query is no longer run because the process died"
                    + " during its runs.",
            "kind"),
    STUDENT_HUNG(Kind.GAUGE, "tagweir.student.hung", "threads", "Abandoned threads that hang in the model now."),
    GUARDRAIL_DROPPED(
            Kind.COUNTER,
            "tagweir.guardrail.dropped",
            "spans",
            "Spans of the student that were dropped, by reason.",
            "reason"),
    STUDENT_CPU_FALLBACK(
            Kind.GAUGE,
            "tagweir.student.cpu.fallback",
            "flag",
            "1 if the student runs on the CPU although a GPU was asked for."),
    STUDENTS_LOADED(Kind.GAUGE, "tagweir.students.loaded", "students", "Students that this process has loaded."),
    STUDENTS_LACKING(
            Kind.GAUGE,
            "tagweir.students.lacking",
            "students",
            "Students that are active or about to be, and are not loaded here."),
    TAIL_PENDING(
            Kind.GAUGE, "tagweir.tail.pending", "queries", "Misses that this process has accepted and not answered."),
    TAIL_DEFERRED(Kind.GAUGE, "tagweir.tail.deferred", "queries", "BACKGROUND misses that wait on disk for room."),
    TAIL_NEGLECTED(
            Kind.GAUGE,
            "tagweir.tail.neglected",
            "seconds",
            "How long queries have waited for the student while a thread that could run them was idle. Normally 0."),
    QUALITY_SAMPLED(
            Kind.COUNTER,
            "tagweir.quality.sampled",
            "queries",
            "Answers of the head that were also given to the tail, to compare the student with the teacher. They are no"
                    + " misses."),
    QUALITY_COMPARED(
            Kind.COUNTER,
            "tagweir.quality.compared",
            "queries",
            "Sampled answers that were compared with the student's."),
    QUALITY_DROPPED(
            Kind.COUNTER,
            "tagweir.quality.dropped",
            "queries",
            "Sampled answers not compared, by reason. BUSY: misses fill the tail. FULL: too many are waiting. FAILED: the"
                    + " student had no answer.",
            "reason"),
    QUALITY_SPANS(
            Kind.COUNTER,
            "tagweir.quality.spans",
            "spans",
            "Spans of a student compared with the teacher's, by label and outcome. TP: both have it. FP: only the student."
                    + " FN: only the teacher.",
            "student",
            "label",
            "outcome"),
    ROCKSDB_BYTES(
            Kind.GAUGE,
            "tagweir.rocksdb.bytes",
            "bytes",
            "Memory of RocksDB's shared block cache, including memtables.");

    /** What kind of meter it is. */
    public enum Kind {
        COUNTER,
        GAUGE,
        /** Durations, with the quantiles 0.5 and 0.99 of the last seconds. */
        TIMER,
        /** Sum and number of values. */
        SUMMARY
    }

    private final Kind kind;
    private final String meter;
    private final String unit;
    private final String help;
    private final List<String> tags;

    MeterName(Kind kind, String meter, String unit, String help, String... tags) {
        this.kind = kind;
        this.meter = meter;
        this.unit = unit;
        this.help = help;
        this.tags = List.of(tags);
    }

    public Kind kind() {
        return kind;
    }

    /** The name in Micrometer's notation. */
    public String meter() {
        return meter;
    }

    public String unit() {
        return unit;
    }

    public String help() {
        return help;
    }

    public List<String> tags() {
        return tags;
    }
}
