package io.tagweir.student;

/**
 * The size of one batch.
 *
 * @param queries rows, at least 1
 * @param tokens tokens of the longest query, special tokens included; at least 1
 */
public record BatchShape(int queries, int tokens) {

    public BatchShape {
        if (queries < 1 || tokens < 1) {
            throw new IllegalArgumentException("invalid batch shape: " + queries + " queries of " + tokens + " tokens");
        }
    }
}
