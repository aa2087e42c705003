package io.tagweir.student;

/** The output of one run of the model: {@code float[rows, length, labels]}, row-major. */
final class Logits {

    final int rows;
    final int length;
    final int labels;
    private final float[] values;

    Logits(float[] values, int rows, int length, int labels) {
        this.values = values;
        this.rows = rows;
        this.length = length;
        this.labels = labels;
    }

    float at(int row, int token, int label) {
        return values[(row * length + token) * labels + label];
    }
}
