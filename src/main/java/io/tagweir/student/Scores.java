package io.tagweir.student;

/**
 * How well entities were found; an entity counts where label and both ends are right.
 *
 * @param precision share of the found that are right, 0 where none was found
 * @param recall share of the right that were found, 0 where there is none
 * @param f1 harmonic mean of both, 0 where both are
 * @param support how many there are to find
 */
public record Scores(double precision, double recall, double f1, int support) {

    static Scores of(int right, int found, int support) {
        return new Scores(ratio(right, found), ratio(right, support), ratio(2 * right, found + support), support);
    }

    private static double ratio(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
