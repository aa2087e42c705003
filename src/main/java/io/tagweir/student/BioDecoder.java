package io.tagweir.student;

import io.tagweir.tag.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns logits into spans.
 *
 * <p>A word's label is that of its first word token; a word the model did not read is outside every span. The labels of
 * a query are decoded together by {@link Viterbi}. A span's confidence is the product of the probabilities (softmax) of
 * its words' decoded labels; spans below their threshold are dropped. The confidence of the whole answer is the least
 * probability of a decoded label. Thread-safe.
 */
final class BioDecoder {

    private final BioLabels labels;
    private final Thresholds thresholds;

    BioDecoder(BioLabels labels, Thresholds thresholds) {
        this.labels = labels;
        this.thresholds = thresholds;
    }

    /** @throws StudentException where a logit of the query is not a finite number */
    Tagging decode(WordAlignedQuery query, Logits logits, int row) {
        var logProbabilities = new double[query.words()][];
        for (int word = 0; word < logProbabilities.length; word++) {
            logProbabilities[word] = query.hasToken(word)
                    ? logSoftmax(logits, row, query.firstToken(word), query.text())
                    : certainlyOutside();
        }
        int[] path = Viterbi.path(logProbabilities, labels);
        return new Tagging(spans(query, path, logProbabilities), confidence(path, logProbabilities));
    }

    private static float confidence(int[] path, double[][] logProbabilities) {
        double least = 0;
        for (int word = 0; word < path.length; word++) {
            least = Math.min(least, logProbabilities[word][path[word]]);
        }
        return (float) Math.exp(least);
    }

    private List<Span> spans(WordAlignedQuery query, int[] path, double[][] logProbabilities) {
        var spans = new ArrayList<Span>();
        for (int word = 0; word < path.length; ) {
            int from = word;
            double confidence = logProbabilities[word][path[word]];
            word++;
            if (path[from] == labels.outside()) {
                continue;
            }
            while (word < path.length && labels.beginOf(path[word]) >= 0) {
                confidence += logProbabilities[word][path[word]];
                word++;
            }
            String label = labels.entity(path[from]);
            float score = (float) Math.min(1, Math.exp(confidence));
            if (score >= thresholds.of(label)) {
                spans.add(new Span(label, query.start(from), query.end(word - 1), score));
            }
        }
        return spans;
    }

    private double[] logSoftmax(Logits logits, int row, int token, String text) {
        var values = new double[labels.size()];
        double highest = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < values.length; label++) {
            values[label] = logits.at(row, token, label);
            if (!Double.isFinite(values[label])) {
                throw new StudentException("the student's answer to '" + text + "' is not a finite number");
            }
            highest = Math.max(highest, values[label]);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - highest);
        }
        double logSum = highest + Math.log(sum);
        for (int label = 0; label < values.length; label++) {
            values[label] -= logSum;
        }
        return values;
    }

    private double[] certainlyOutside() {
        var values = new double[labels.size()];
        Arrays.fill(values, Double.NEGATIVE_INFINITY);
        values[labels.outside()] = 0;
        return values;
    }
}
