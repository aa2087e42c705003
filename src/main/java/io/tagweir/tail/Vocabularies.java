package io.tagweir.tail;

import io.tagweir.avro.Vocabulary;
import io.tagweir.control.RecordTable;
import io.tagweir.control.RuleViolation;
import io.tagweir.meter.ControlRefusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule taggers of the snapshots whose vocabularies this process has read.
 *
 * <p>Written by the thread that reads {@code head-vocabulary}, read by all others. Each takes less than a megabyte at
 * the default size, and is removed when its snapshot is retired.
 */
public final class Vocabularies implements RecordTable<Vocabulary> {

    /** The reason of every violation, as the meter counts it. */
    public static final String VIOLATION = ControlRefusal.VOCABULARY.name();

    /**
     * All rule taggers at one time.
     *
     * @param bySnapshot in the order in which they were written
     * @param newest the last of them
     */
    private record Taggers(Map<String, RuleTagger> bySnapshot, RuleTagger newest) {}

    private volatile Taggers taggers = new Taggers(Map.of(), RuleTagger.NONE);

    @Override
    public String kind() {
        return "vocabulary";
    }

    @Override
    public String id(Vocabulary vocabulary) {
        return vocabulary.getSnapshot();
    }

    /** Replaces an earlier vocabulary of the same snapshot; an invalid one changes nothing. */
    @Override
    public Optional<RuleViolation> put(Vocabulary vocabulary) {
        RuleTagger tagger;
        try {
            tagger = RuleTagger.of(vocabulary);
        } catch (IllegalArgumentException e) {
            return Optional.of(new RuleViolation(
                    VIOLATION, "the vocabulary of " + id(vocabulary) + " is invalid: " + e.getMessage()));
        }
        var next = new LinkedHashMap<>(taggers.bySnapshot);
        next.remove(vocabulary.getSnapshot());
        next.put(vocabulary.getSnapshot(), tagger);
        taggers = new Taggers(next, tagger);
        return Optional.empty();
    }

    @Override
    public void remove(String snapshot) {
        var next = new LinkedHashMap<>(taggers.bySnapshot);
        next.remove(snapshot);
        var newest = RuleTagger.NONE;
        for (var tagger : next.values()) {
            newest = tagger;
        }
        taggers = new Taggers(next, newest);
    }

    /**
     * The tagger for a query that was looked up in a snapshot: that of the snapshot's vocabulary, else that of the
     * newest vocabulary, else one that tags nothing.
     *
     * @param snapshot null: none was active
     */
    public RuleTagger of(@Nullable String snapshot) {
        var now = taggers;
        return snapshot == null ? now.newest : now.bySnapshot.getOrDefault(snapshot, now.newest);
    }
}
