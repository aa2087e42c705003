package io.tagweir.tag;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.function.Function;

/**
 * Counts of predicted spans compared with expected ones, and the metrics that follow from them. A span is right if it
 * equals an expected one.
 *
 * @param truePositives expected and predicted
 * @param falsePositives only predicted
 * @param falseNegatives only expected
 */
public record PrecisionRecall(int truePositives, int falsePositives, int falseNegatives) {

    public static final PrecisionRecall NONE = new PrecisionRecall(0, 0, 0);

    private static final PrecisionRecall TRUE_POSITIVE = new PrecisionRecall(1, 0, 0);
    private static final PrecisionRecall FALSE_POSITIVE = new PrecisionRecall(0, 1, 0);
    private static final PrecisionRecall FALSE_NEGATIVE = new PrecisionRecall(0, 0, 1);

    /** The counts of each label that occurs; an expected span matches one predicted span at most. */
    public static <S> Map<String, PrecisionRecall> byLabel(
            Collection<S> expected, Collection<S> predicted, Function<S, String> label) {
        var counts = new HashMap<String, PrecisionRecall>();
        var missed = new HashSet<>(expected);
        for (var span : predicted) {
            counts.merge(
                    label.apply(span), missed.remove(span) ? TRUE_POSITIVE : FALSE_POSITIVE, PrecisionRecall::plus);
        }
        missed.forEach(span -> counts.merge(label.apply(span), FALSE_NEGATIVE, PrecisionRecall::plus));
        return counts;
    }

    public PrecisionRecall plus(PrecisionRecall other) {
        return new PrecisionRecall(
                truePositives + other.truePositives,
                falsePositives + other.falsePositives,
                falseNegatives + other.falseNegatives);
    }

    /** Share of the predicted spans that are right. */
    public double precision(double ifNothingPredicted) {
        return ratio(truePositives, truePositives + falsePositives, ifNothingPredicted);
    }

    /** Share of the expected spans that were predicted. */
    public double recall(double ifNothingExpected) {
        return ratio(truePositives, support(), ifNothingExpected);
    }

    /** Harmonic mean of precision and recall. */
    public double f1(double ifNeither) {
        return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives, ifNeither);
    }

    /** Number of expected spans. */
    public int support() {
        return truePositives + falseNegatives;
    }

    private static double ratio(int part, int whole, double undefined) {
        return whole == 0 ? undefined : (double) part / whole;
    }
}
