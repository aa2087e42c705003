package io.tagweir.bench;

import io.tagweir.avro.Source;
import java.util.Map;

/**
 * What has become of the queries of an {@link OpenLoop} so far.
 *
 * @param bySnapshot answers by the snapshot they name
 * @param repeated answers or dead letters beyond the first for the same id
 * @param seconds from the first query's due time to the last answer
 */
public record Counts(
        int answered,
        Map<Source, Integer> bySource,
        Map<String, Integer> bySnapshot,
        int deadLetters,
        int repeated,
        double seconds,
        Percentiles head,
        Percentiles tail) {}
