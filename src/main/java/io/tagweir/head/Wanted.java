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
 * The queries one task would have the teacher tag, counted since the last time it asked.
 *
 * <p>Counted by a sketch for each reason, whose memory does not grow with the number of queries: once it is full it
 * lowers all counts and drops those that reach zero. So a count is never too high, and short of the truth by at most
 * what {@link RequestSettings} says (Misra and Gries, as in Apache DataSketches' frequent items). The counts are lost
 * with the task; what is wanted is soon counted again. Owned by the stream thread of its task.
 */
final class Wanted {

    private static final List<MissReason> GRAVEST_FIRST =
            List.of(MissReason.INVALIDATED, MissReason.STALE, MissReason.GENUINE);

    private static final Comparator<Counted> MOST_WANTED_FIRST =
            Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::text);

    private record Counted(String text, long count) {}

    private final RequestSettings settings;
    private final Map<MissReason, ItemsSketch<String>> sketches = new EnumMap<>(MissReason.class);
    private @Nullable String snapshot;
    private boolean severalSnapshots;

    Wanted(RequestSettings settings) {
        this.settings = settings;
        GRAVEST_FIRST.forEach(reason -> sketches.put(reason, new ItemsSketch<>(settings.sketchEntries())));
    }

    void count(Outcome.Wanted wanted) {
        sketch(wanted.reason()).update(wanted.key().text());
        severalSnapshots |= snapshot != null && !snapshot.equals(wanted.snapshot());
        snapshot = wanted.snapshot();
    }

    /**
     * What the teacher is to be asked for, most wanted first within each reason; then begins anew.
     *
     * <p>A query wanted for several reasons is asked for once, for the gravest, with its counts added up. A request
     * names the snapshot that was looked up where it was the same all through the interval.
     */
    List<HeadRequest> take(Instant from, Instant to) {
        var requests = new ArrayList<HeadRequest>();
        for (int i = 0; i < GRAVEST_FIRST.size(); i++) {
            var graver = GRAVEST_FIRST.subList(0, i);
            var reasons = GRAVEST_FIRST.subList(i, GRAVEST_FIRST.size());
            var reason = reasons.get(0);
            int least = reason == MissReason.GENUINE ? settings.minCount() : 1;
            Arrays.stream(sketch(reason).getFrequentItems(0, ErrorType.NO_FALSE_NEGATIVES))
                    .map(ItemsSketch.Row::getItem)
                    .filter(text -> counted(graver, text) == 0)
                    .map(text -> new Counted(text, counted(reasons, text)))
                    .filter(query -> query.count() >= least)
                    .sorted(MOST_WANTED_FIRST)
                    .limit(settings.top())
                    .map(query -> request(query, reason, from, to))
                    .forEach(requests::add);
        }
        sketches.values().forEach(ItemsSketch::reset);
        snapshot = null;
        severalSnapshots = false;
        return requests;
    }

    /** Queries the sketch of a reason holds at this time. */
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
            throw new IllegalArgumentException("the teacher is not asked for what is " + reason);
        }
        return sketch;
    }
}
