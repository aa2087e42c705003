package io.tagweir.snapshot.gate;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the gate has counted of a candidate and the active snapshot. Immutable.
 *
 * @param active null: nothing is active, or the candidate itself is
 * @param undecodable records of {@code head-tags} that can't be decoded, of any snapshot
 * @param labelsOutside labels of the candidate that the configured taxonomy does not allow
 * @param valuesOutside the first labels and values of its tags that the taxonomy does not allow
 * @param taxonomy fingerprint of the configured taxonomy
 */
public record GateFigures(
        Side candidate,
        @Nullable Side active,
        Churn churn,
        QueryTraffic traffic,
        long undecodable,
        Set<String> labelsOutside,
        Set<String> valuesOutside,
        String taxonomy) {

    public GateFigures {
        labelsOutside = Set.copyOf(labelsOutside);
        valuesOutside = Set.copyOf(valuesOutside);
    }

    /**
     * The figures of one snapshot.
     *
     * @param misplaced rows in a wrong partition, where no query finds them; not counted in {@code rows}
     * @param unlikeManifest partitions with other rows than were sealed, with both digests
     * @param labels number of tags by label
     * @param hits number of recent queries that it has a row for
     * @param uniqueHits number of their keys that it has a row for
     */
    public record Side(
            String id,
            long rows,
            long misplaced,
            SortedMap<Integer, String> unlikeManifest,
            ScoreFigures scores,
            Map<String, Long> labels,
            long hits,
            long uniqueHits,
            String normaliser,
            String taxonomy) {}

    /**
     * The scores of a snapshot's tags.
     *
     * @param mean of the scores between 0 and 1; 0 if there is none
     * @param zeroShare share of the tags with the score 0
     * @param broken tags with a score that is not a number between 0 and 1
     * @param allEqual there are at least two, and all are equal
     */
    public record ScoreFigures(long tags, double mean, double zeroShare, long broken, boolean allEqual) {}

    /** Rows that only the candidate has, that only the active snapshot has, and that have other tags. */
    public record Churn(long added, long gone, long changed) {}

    /**
     * The recent queries.
     *
     * @param unique number of different keys
     * @param unusable records without a query that could be looked up
     * @param from first event time
     * @param to last event time
     * @param rate queries per second between the two
     */
    public record QueryTraffic(
            long queries,
            long unique,
            long unusable,
            Optional<Instant> from,
            Optional<Instant> to,
            OptionalDouble rate) {}

    /** The candidate's rows, as a share of the active snapshot's. */
    public OptionalDouble rowsRatio() {
        return active == null ? OptionalDouble.empty() : share(candidate.rows, active.rows);
    }

    /** Rows gone or changed, as a share of the active snapshot's. */
    public OptionalDouble churnShare() {
        return active == null ? OptionalDouble.empty() : share(churn.gone + churn.changed, active.rows);
    }

    /** Share of the recent queries that a snapshot has rows for. */
    public OptionalDouble hitShare(Side side) {
        return share(side.hits, traffic.queries);
    }

    /** Share of the keys of the recent queries that a snapshot has rows for. */
    public OptionalDouble uniqueHitShare(Side side) {
        return share(side.uniqueHits, traffic.unique);
    }

    /** The candidate's hit share, as a share of the active snapshot's. */
    public OptionalDouble coverageRatio() {
        return active == null ? OptionalDouble.empty() : share(candidate.hits, active.hits);
    }

    /** The misses of a snapshot at the rate of the recent queries, in queries per second. */
    public OptionalDouble missesPerSecond(Side side) {
        var hits = hitShare(side);
        return hits.isPresent() && traffic.rate.isPresent()
                ? OptionalDouble.of(traffic.rate.getAsDouble() * (1 - hits.getAsDouble()))
                : OptionalDouble.empty();
    }

    /** Labels of the active snapshot that the candidate does not have. */
    public TreeSet<String> labelsLacking() {
        var lacking = new TreeSet<String>();
        if (active != null) {
            lacking.addAll(active.labels.keySet());
        }
        lacking.removeAll(candidate.labels.keySet());
        return lacking;
    }

    private static OptionalDouble share(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}
