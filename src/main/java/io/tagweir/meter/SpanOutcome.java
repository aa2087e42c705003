package io.tagweir.meter;

/** How a span of the student compares with the teacher's. */
public enum SpanOutcome {
    /** True positive: both have it. */
    TP,
    /** False positive: only the student has it. */
    FP,
    /** False negative: only the teacher has it. */
    FN
}
