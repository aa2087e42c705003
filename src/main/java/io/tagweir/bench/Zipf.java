package io.tagweir.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws ranks by Zipf's law: rank {@code r}, counted from 0, has the weight {@code 1 / (r + 1)^s}. Used by one thread.
 *
 * <p>That query traffic follows this law with an exponent near 1 is an assumption: no query log with real frequencies
 * may be redistributed.
 */
public final class Zipf {

    private final double[] cumulative;
    private final SplittableRandom random;

    /** @param exponent {@code s}; 0 makes all ranks equally likely */
    public Zipf(int ranks, double exponent, long seed) {
        cumulative = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += Math.pow(rank + 1, -exponent);
            cumulative[rank] = sum;
        }
        random = new SplittableRandom(seed);
    }

    /** The next rank, from 0. */
    public int next() {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, point);
        return found >= 0 ? Math.min(found + 1, cumulative.length - 1) : -found - 1;
    }
}
