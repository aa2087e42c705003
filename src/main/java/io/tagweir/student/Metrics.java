package io.tagweir.student;

import io.tagweir.tag.Bio.WordSpan;
import io.tagweir.tag.PrecisionRecall;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well entities were found; an entity is right if its label and both ends are.
 *
 * @param overall all labels together (micro average)
 * @param byLabel each label that was expected or found, in alphabetical order
 */
public record Metrics(PrecisionRecall overall, SortedMap<String, PrecisionRecall> byLabel) {

    /** Sums up entities query by query. Used by one thread. */
    static final class Sum {

        private final SortedMap<String, PrecisionRecall> byLabel = new TreeMap<>();

        void add(List<WordSpan> expected, List<WordSpan> found) {
            PrecisionRecall.byLabel(expected, found, WordSpan::label)
                    .forEach((label, counts) -> byLabel.merge(label, counts, PrecisionRecall::plus));
        }

        Metrics metrics() {
            return new Metrics(byLabel.values().stream().reduce(PrecisionRecall.NONE, PrecisionRecall::plus), byLabel);
        }
    }
}
