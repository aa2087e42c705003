package io.tagweir.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Splits a batch into runs of the model. Pure functions.
 *
 * <p>A run is padded to its longest query, so it costs its number of queries times the tokens of the longest. Queries
 * are sorted by length. A run ends where the next query would exceed the limit of queries or of padded tokens, or falls
 * into another length bucket. So long queries run together and slow down no short one.
 */
final class BatchPlanner {

    private BatchPlanner() {}

    /**
     * The runs, the one with the most urgent query first.
     *
     * @param maxTokens most tokens in a run, padding included
     */
    static List<List<EncodedRequest>> plan(List<EncodedRequest> requests, BatchSettings settings, int maxTokens) {
        var sorted = new ArrayList<>(requests);
        sorted.sort(Comparator.comparingInt(EncodedRequest::length));
        var runs = new ArrayList<List<EncodedRequest>>();
        int from = 0;
        for (int next = 1; next <= sorted.size(); next++) {
            if (next == sorted.size() || !fits(sorted.get(from), next - from, sorted.get(next), settings, maxTokens)) {
                runs.add(sorted.subList(from, next));
                from = next;
            }
        }
        runs.sort(Comparator.comparing(BatchPlanner::mostUrgent));
        return runs;
    }

    private static boolean fits(
            EncodedRequest first, int count, EncodedRequest next, BatchSettings settings, int maxTokens) {
        return count < settings.maxQueries()
                && (count + 1) * next.length() <= maxTokens
                && BatchSettings.bucket(first.length()) == BatchSettings.bucket(next.length());
    }

    private static Urgency mostUrgent(List<EncodedRequest> run) {
        return run.stream()
                .map(encoded -> encoded.request().urgency())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
