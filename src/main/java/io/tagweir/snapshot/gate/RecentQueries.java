package io.tagweir.snapshot.gate;

import io.tagweir.query.QueryKey;
import io.tagweir.query.TextHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/**
 * The newest queries by event time, up to a number of them. The coverage of a snapshot is measured on them. Used by one
 * thread.
 */
final class RecentQueries {

    private record RecentQuery(long time, long key, int partition) {}

    private final int most;
    private final int partitions;
    private final PriorityQueue<RecentQuery> newest = new PriorityQueue<>(Comparator.comparingLong(RecentQuery::time));
    private long unusable;

    /**
     * @param most maximum number of queries kept
     * @param partitions of {@code head-tags}
     */
    RecentQueries(int most, int partitions) {
        this.most = most;
        this.partitions = partitions;
    }

    void add(QueryKey key, Instant eventTime) {
        long time = eventTime.toEpochMilli();
        if (newest.size() == most) {
            if (most == 0 || newest.element().time >= time) {
                return;
            }
            newest.remove();
        }
        newest.add(new RecentQuery(time, TextHash.of(key.text()), key.partition(partitions)));
    }

    /** Counts a record without a query that could be looked up. */
    void addUnusable() {
        unusable++;
    }

    long unusable() {
        return unusable;
    }

    int queries() {
        return newest.size();
    }

    /** For each partition of {@code head-tags}, the number of queries of each key, by its {@link TextHash}. */
    List<Map<Long, Long>> byPartition() {
        var counts = new ArrayList<Map<Long, Long>>();
        for (int partition = 0; partition < partitions; partition++) {
            counts.add(new HashMap<>());
        }
        newest.forEach(query -> counts.get(query.partition).merge(query.key, 1L, Long::sum));
        return counts;
    }

    Optional<Instant> from() {
        return newest.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest.element().time));
    }

    Optional<Instant> to() {
        return newest.stream()
                .map(RecentQuery::time)
                .max(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    /** Queries per second between the first and the last; empty if all have the same time. */
    OptionalDouble rate() {
        long span = newest.isEmpty() ? 0 : to().orElseThrow().toEpochMilli() - newest.element().time;
        return span == 0 ? OptionalDouble.empty() : OptionalDouble.of((newest.size() - 1) * 1_000.0 / span);
    }
}
