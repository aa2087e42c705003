package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ViterbiTest {

    private static final BioLabels LABELS =
            BioLabels.of(List.of("O", "B-brand", "I-brand", "B-color", "I-color"), new ArrayList<>());
    private static final int O = 0;
    private static final int B_BRAND = 1;
    private static final int I_BRAND = 2;
    private static final int B_COLOR = 3;

    @Test
    void firstWordNeverContinuesASpan() {
        assertThat(path(new double[] {0.2, 0.1, 0.7, 0, 0})).containsExactly(O);
    }

    @Test
    void spanContinuesOnlyWithItsOwnLabel() {
        // Word by word the best are B-color and I-brand; together B-brand I-brand has 0.3 * 0.6, B-color O only 0.6 *
        // 0.2.
        assertThat(path(new double[] {0.1, 0.3, 0, 0.6, 0}, new double[] {0.2, 0.1, 0.6, 0.05, 0.05}))
                .containsExactly(B_BRAND, I_BRAND);
    }

    @Test
    void weakContinuationGivesWayToAnotherLabel() {
        // B-color O has 0.6 * 0.35, B-brand I-brand only 0.3 * 0.6.
        assertThat(path(new double[] {0.1, 0.3, 0, 0.6, 0}, new double[] {0.35, 0, 0.6, 0, 0.05}))
                .containsExactly(B_COLOR, O);
    }

    @Test
    void noWordsHaveNoLabels() {
        assertThat(Viterbi.path(new double[0][], LABELS)).isEmpty();
    }

    @Test
    void pathIsTheBestOfAllThatAreWellFormed() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var words = new double[1 + random.nextInt(4)][LABELS.size()];
            for (double[] word : words) {
                for (int label = 0; label < word.length; label++) {
                    word[label] = -5 * random.nextDouble();
                }
            }
            int[] best = bestByTryingAll(words, new int[words.length], 0);
            assertThat(Viterbi.path(words, LABELS)).containsExactly(best);
        }
    }

    private static int[] bestByTryingAll(double[][] words, int[] path, int word) {
        if (word == words.length) {
            return path.clone();
        }
        int[] best = {};
        for (int label = 0; label < LABELS.size(); label++) {
            int begin = LABELS.beginOf(label);
            if (begin < 0 || (word > 0 && (path[word - 1] == begin || path[word - 1] == label))) {
                path[word] = label;
                int[] candidate = bestByTryingAll(words, path, word + 1);
                if (best.length == 0 || score(words, candidate) > score(words, best)) {
                    best = candidate;
                }
            }
        }
        return best;
    }

    private static double score(double[][] words, int[] path) {
        double score = 0;
        for (int word = 0; word < words.length; word++) {
            score += words[word][path[word]];
        }
        return score;
    }

    private static int[] path(double[]... probabilities) {
        for (double[] word : probabilities) {
            for (int label = 0; label < word.length; label++) {
                word[label] = Math.log(word[label]);
            }
        }
        return Viterbi.path(probabilities, LABELS);
    }
}
