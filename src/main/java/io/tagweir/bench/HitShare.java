package io.tagweir.bench;

import io.tagweir.avro.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * The cache's share of the answers to misses, second by second of when they were due. Written by the thread that reads
 * the answers; read once it has ended.
 */
final class HitShare implements AnswerTally.Observer {

    private final Pace pace;
    private final int[] answers;
    private final int[] cached;

    HitShare(Pace pace, int seconds) {
        this.pace = pace;
        this.answers = new int[seconds];
        this.cached = new int[seconds];
    }

    @Override
    public void answered(int number, Source source, long micros) {
        if (source != Source.HEAD) {
            int second = (int) Math.min(answers.length - 1, pace.due(number) / 1_000_000_000);
            answers[second]++;
            cached[second] += source == Source.CACHE ? 1 : 0;
        }
    }

    /** Seconds without a miss have a share of 0. */
    List<Double> curve() {
        var curve = new ArrayList<Double>();
        for (int second = 0; second < answers.length; second++) {
            curve.add(mean(second, second + 1));
        }
        return curve;
    }

    /** Of the seconds from {@code from} to before {@code to}. */
    double mean(int from, int to) {
        int all = 0;
        int hits = 0;
        for (int second = from; second < to; second++) {
            all += answers[second];
            hits += cached[second];
        }
        return all == 0 ? 0 : (double) hits / all;
    }

    /** Seconds from {@code from} until the first whole one with at least this share; NaN where there is no such. */
    double secondsUntil(double share, int from) {
        for (int second = from; second < answers.length; second++) {
            if (mean(second, second + 1) >= share) {
                return second + 1.0 - from;
            }
        }
        return Double.NaN;
    }
}
