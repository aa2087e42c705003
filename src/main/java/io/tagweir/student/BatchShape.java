package io.tagweir.student;

/**
 * The size of a run of the model.
 *
 * @param queries rows, at least 1
 * @param pieces word pieces of the longest query, those the model adds itself included
 */
public record BatchShape(int queries, int pieces) {

    public BatchShape {
        if (queries < 1 || pieces < 1) {
            throw new IllegalArgumentException("there is no run of " + queries + " queries of " + pieces + " pieces");
        }
    }
}
