package io.tagweir.student;

import java.util.Arrays;

/**
 * Viterbi decoding: the most likely label sequence that is valid BIO, in which {@code I-x} only follows {@code B-x} or
 * {@code I-x}.
 *
 * <p>Transitions have no weights, they are allowed or not. So all labels but {@code I-x} share one best predecessor, and
 * the time per word is linear in the number of labels.
 */
final class Viterbi {

    private Viterbi() {}

    /**
     * The label of each word.
     *
     * @param logProbabilities {@code [word][label]}; negative infinity forbids a label
     */
    static int[] path(double[][] logProbabilities, BioLabels labels) {
        int words = logProbabilities.length;
        if (words == 0) {
            return new int[0];
        }
        int size = labels.size();
        var from = new int[words][size];
        double[] score = firstWord(logProbabilities[0], labels);
        for (int word = 1; word < words; word++) {
            var next = new double[size];
            int best = argmax(score);
            for (int label = 0; label < size; label++) {
                int begin = labels.beginOf(label);
                int before = begin < 0 ? best : score[begin] >= score[label] ? begin : label;
                from[word][label] = before;
                next[label] = score[before] + logProbabilities[word][label];
            }
            score = next;
        }
        var path = new int[words];
        path[words - 1] = argmax(score);
        for (int word = words - 1; word > 0; word--) {
            path[word - 1] = from[word][path[word]];
        }
        return path;
    }

    private static double[] firstWord(double[] logProbabilities, BioLabels labels) {
        double[] score = Arrays.copyOf(logProbabilities, labels.size());
        for (int label = 0; label < score.length; label++) {
            if (labels.beginOf(label) >= 0) {
                score[label] = Double.NEGATIVE_INFINITY;
            }
        }
        return score;
    }

    private static int argmax(double[] score) {
        int best = 0;
        for (int label = 1; label < score.length; label++) {
            if (score[label] > score[best]) {
                best = label;
            }
        }
        return best;
    }
}
