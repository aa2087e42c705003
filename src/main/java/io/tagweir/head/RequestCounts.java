package io.tagweir.head;

import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.MissReason;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.jspecify.annotations.Nullable;

/**
 * Counts the queries of one task that the teacher should tag, since the last request.
 *
 * <p>There is one frequent-items sketch per reason (Misra and Gries, by Apache DataSketches), whose memory is bounded:
 * when it is full, it lowers all counts and drops those that reach zero. So a count is never too high, and too low by
 * at most what {@link RequestSettings} says. The counts are lost with the task. Owned by the stream thread of its task.
 */
final class RequestCounts {

    private static final List<MissReason> BY_SEVERITY =
            List.of(MissReason.INVALIDATED, MissReason.STALE, MissReason.GENUINE);

    private static final Comparator<Counted> MOST_FREQUENT_FIRST =
            Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::text);

    private record Counted(String text, long count) {}

    private final RequestSettings settings;
    private final Map<MissReason, ItemsSketch<String>> sketches = new EnumMap<>(MissReason.class);
    private @Nullable String snapshot;
    private boolean severalSnapshots;

    RequestCounts(RequestSettings settings) {
        this.settings = settings;
        BY_SEVERITY.forEach(reason -> sketches.put(reason, new ItemsSketch<>(settings.sketchEntries())));
    }

    void count(LookupResult.TeacherRequest request) {
        sketch(request.reason()).update(request.key().text());
        severalSnapshots |= snapshot != null && !snapshot.equals(request.snapshot());
        snapshot = request.snapshot();
    }

    /**
     * The requests to the teacher, the most frequent first within each reason. Resets the counts.
     *
     * <p>A query that was counted for several reasons is requested once, for the most severe, with the sum of its
     * counts. A request names the snapshot that was looked up if it was the same for the whole interval.
     */
    List<HeadRequest> take(Instant from, Instant to) {
        var requests = new ArrayList<HeadRequest>();
        for (int i = 0; i < BY_SEVERITY.size(); i++) {
            var moreSevere = BY_SEVERITY.subList(0, i);
            var reasons = BY_SEVERITY.subList(i, BY_SEVERITY.size());
            var reason = reasons.get(0);
            int least = reason == MissReason.GENUINE ? settings.minCount() : 1;
            Arrays.stream(sketch(reason).getFrequentItems(0, ErrorType.NO_FALSE_NEGATIVES))
                    .map(ItemsSketch.Row::getItem)
                    .filter(text -> counted(moreSevere, text) == 0)
                    .map(text -> new Counted(text, counted(reasons, text)))
                    .filter(query -> query.count() >= least)
                    .sorted(MOST_FREQUENT_FIRST)
                    .limit(settings.top())
                    .map(query -> request(query, reason, from, to))
                    .forEach(requests::add);
        }
        sketches.values().forEach(ItemsSketch::reset);
        snapshot = null;
        severalSnapshots = false;
        return requests;
    }

    /** Queries in the sketch of a reason. */
    int held(MissReason reason) {
        return sketch(reason).getNumActiveItems();
    }

    private long counted(List<MissReason> reasons, String text) {
        return reasons.stream()
                .mapToLong(reason -> sketch(reason).getLowerBound(text))
                .sum();
    }

    private HeadRequest request(Counted query, MissReason reason, Instant from, Instant to) {
        var key = QueryKey.ofText(query.text());
        return new HeadRequest(
                key.segment(), key.canonical(), reason, query.count(), severalSnapshots ? null : snapshot, from, to);
    }

    private ItemsSketch<String> sketch(MissReason reason) {
        var sketch = sketches.get(reason);
        if (sketch == null) {
            throw new IllegalArgumentException("no requests are made for the reason " + reason);
        }
        return sketch;
    }
}
