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
}
