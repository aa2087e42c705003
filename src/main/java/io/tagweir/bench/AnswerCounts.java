package io.tagweir.bench;

import io.tagweir.avro.Source;
import java.util.Map;

/**
 * What has become of the queries of a load so far.
 *
 * @param bySnapshot answers by the snapshot they name
 * @param duplicated answers and dead letters after the first for the same id
 * @param seconds from the first query's due time to the last answer
 */
public record AnswerCounts(
        int answered,
        Map<Source, Integer> bySource,
        Map<String, Integer> bySnapshot,
        int deadLetters,
        int duplicated,
        double seconds,
        Percentiles head,
        Percentiles tail) {

    public int from(Source source) {
        return bySource.getOrDefault(source, 0);
    }

    /** A latency in milliseconds by its name in the report. */
    public double latency(String measure) {
        return switch (measure) {
            case "head_p50_ms" -> head.p50();
            case "head_p99_ms" -> head.p99();
            case "head_p999_ms" -> head.p999();
            case "head_max_ms" -> head.max();
            case "tail_p50_ms" -> tail.p50();
            case "tail_p99_ms" -> tail.p99();
            case "tail_p999_ms" -> tail.p999();
            default -> throw new IllegalArgumentException(measure);
        };
    }
}
