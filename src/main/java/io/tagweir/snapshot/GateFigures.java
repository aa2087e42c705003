package io.tagweir.snapshot;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the gate has counted of a candidate, beside the active snapshot where there is one. Immutable.
 *
 * @param active null: nothing is active, or the candidate itself is
 * @param undecodable records of {@code head-tags} that nobody can read, of whichever snapshot they are
 * @param labelsOutside labels of the candidate that the configured taxonomy does not allow
 * @param valuesOutside label and value of its tags with a value that the taxonomy does not allow: the first of them
 * @param taxonomy fingerprint of the configured taxonomy
 */
public record GateFigures(
        Side candidate,
        @Nullable Side active,
        Churn churn,
        Seen traffic,
        long undecodable,
        Set<String> labelsOutside,
        Set<String> valuesOutside,
        String taxonomy) {

    public GateFigures {
        labelsOutside = Set.copyOf(labelsOutside);
        valuesOutside = Set.copyOf(valuesOutside);
    }

    /**
     * What one snapshot holds.
     *
     * @param misplaced rows that lie in a partition where no query looks for them; not among {@code rows}
     * @param unlikeManifest partitions whose rows are not the sealed ones, with what was found and what was sealed
     * @param labels how many tags carry each
     * @param hits how many of the recent queries it holds
     * @param uniqueHits how many of their keys it holds
     */
    public record Side(
            String id,
            long rows,
            long misplaced,
            SortedMap<Integer, String> unlikeManifest,
            Scores scores,
            Map<String, Long> labels,
            long hits,
            long uniqueHits,
            String normaliser,
            String taxonomy) {}

    /**
     * The scores of a snapshot's tags.
     *
     * @param mean of those between 0 and 1; 0 where there is none
     * @param zeroShare share of the tags with the score 0
     * @param broken tags with a score that is no number, or not between 0 and 1
     * @param allEqual there are at least two, and all are the same
     */
    public record Scores(long tags, double mean, double zeroShare, long broken, boolean allEqual) {}

    /** Rows the candidate has and the active one lacks; the other way round; and those that say something else. */
    public record Churn(long added, long gone, long changed) {}

    /**
     * The queries looked at.
     *
     * @param unique different keys among them
     * @param unusable records passed over because they hold no query that could be looked up
     * @param from first event time
     * @param to last event time
     * @param rate queries a second between the two
     */
    public record Seen(
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

    /** Share of the recent queries that a snapshot holds. */
    public OptionalDouble hitShare(Side side) {
        return share(side.hits, traffic.queries);
    }

    /** Share of the keys among the recent queries that a snapshot holds, each counted once. */
    public OptionalDouble uniqueHitShare(Side side) {
        return share(side.uniqueHits, traffic.unique);
    }

    /** The candidate's hit share, as a share of the active snapshot's. */
    public OptionalDouble coverageRatio() {
        return active == null ? OptionalDouble.empty() : share(candidate.hits, active.hits);
    }

    /** What a snapshot would leave to the student at the rate of the recent queries, in queries a second. */
    public OptionalDouble missesPerSecond(Side side) {
        var hits = hitShare(side);
        return hits.isPresent() && traffic.rate.isPresent()
                ? OptionalDouble.of(traffic.rate.getAsDouble() * (1 - hits.getAsDouble()))
                : OptionalDouble.empty();
    }

    /** Labels that the active snapshot has and the candidate lacks. */
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
