package io.tagweir.tail;

import io.tagweir.avro.Vocabulary;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rule taggers of the snapshots this process has read a vocabulary of.
 *
 * <p>Written by the thread that reads {@code head-vocabulary}, read by every other. Under a megabyte each at the
 * default size, and gone once the snapshot is retired.
 */
public final class Vocabularies {

    /**
     * What is known at one time.
     *
     * @param bySnapshot in the order in which they were written
     * @param newest the last of them
     */
    private record Known(Map<String, RuleTagger> bySnapshot, RuleTagger newest) {}

    private volatile Known known = new Known(Map.of(), RuleTagger.NONE);

    /**
     * Takes over a vocabulary, in place of an earlier one of the same snapshot.
     *
     * @throws IllegalArgumentException that says what is wrong with it; nothing is changed then
     */
    synchronized void put(Vocabulary vocabulary) {
        var tagger = RuleTagger.of(vocabulary);
        var next = new LinkedHashMap<>(known.bySnapshot);
        next.remove(vocabulary.getSnapshot());
        next.put(vocabulary.getSnapshot(), tagger);
        known = new Known(next, tagger);
    }

    synchronized void remove(String snapshot) {
        var next = new LinkedHashMap<>(known.bySnapshot);
        next.remove(snapshot);
        var newest = RuleTagger.NONE;
        for (var tagger : next.values()) {
            newest = tagger;
        }
        known = new Known(next, newest);
    }

    /**
     * The tagger for a query that was looked up in a snapshot: by that one's vocabulary, or else by the one written
     * last, or else one that tags nothing.
     *
     * @param snapshot null: none was active
     */
    public RuleTagger of(@Nullable String snapshot) {
        var now = known;
        return snapshot == null ? now.newest : now.bySnapshot.getOrDefault(snapshot, now.newest);
    }
}
