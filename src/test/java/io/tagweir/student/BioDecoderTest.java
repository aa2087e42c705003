package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagweir.query.Words;
import io.tagweir.tag.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BioDecoderTest {

    private static final BioLabels LABELS =
            BioLabels.of(List.of("O", "B-brand", "I-brand", "B-color"), new ArrayList<>());
    private static final double[] B_BRAND = {0.1, 0.8, 0.05, 0.05};
    private static final double[] I_BRAND = {0.2, 0.1, 0.6, 0.1};
    private static final double[] B_COLOR = {0.2, 0.1, 0.1, 0.6};

    @Test
    void confidenceIsTheProductOverTheWords() {
        List<Span> spans = decode(Thresholds.NONE, 3, B_BRAND, I_BRAND, B_COLOR);
        assertThat(spans).extracting(Span::label).containsExactly("brand", "color");
        assertThat(spans).extracting(Span::start).containsExactly(0, 4);
        assertThat(spans).extracting(Span::end).containsExactly(3, 5);
        assertThat(spans.get(0).score()).isCloseTo(0.48f, within(1e-5f));
        assertThat(spans.get(1).score()).isCloseTo(0.6f, within(1e-5f));
    }

    @Test
    void spanBelowItsThresholdIsDropped() {
        assertThat(decode(new Thresholds(0.5, Map.of()), 3, B_BRAND, I_BRAND, B_COLOR))
                .extracting(Span::label)
                .containsExactly("color");
        assertThat(decode(new Thresholds(0.5, Map.of("brand", 0.4, "color", 0.7)), 3, B_BRAND, I_BRAND, B_COLOR))
                .extracting(Span::label)
                .containsExactly("brand");
    }

    @Test
    void wordBeyondTheModelsReachHasNoTag() {
        assertThat(decode(Thresholds.NONE, 1, B_BRAND, I_BRAND, B_COLOR))
                .extracting(Span::end)
                .containsExactly(1);
    }

    @Test
    void numberThatIsNotFiniteIsAFailureThatNamesTheQuery() {
        assertThatThrownBy(() -> decode(Thresholds.NONE, 1, new double[] {Double.NaN, 0.5, 0.5, 0.5}))
                .isInstanceOf(StudentException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining("not a finite number");
    }

    /** Words of one letter, the first {@code read} of which the model saw, each as one token. */
    private static List<Span> decode(Thresholds thresholds, int read, double[]... probabilities) {
        int words = probabilities.length;
        var first = new int[words];
        var logits = new float[words * LABELS.size()];
        for (int word = 0; word < words; word++) {
            first[word] = word < read ? word : -1;
            for (int label = 0; label < LABELS.size(); label++) {
                logits[word * LABELS.size() + label] = (float) Math.log(probabilities[word][label]) + 3;
            }
        }
        var query = new WordAlignedQuery(
                Words.of("a b c".substring(0, 2 * words - 1)), new long[words], new long[words], first);
        return new BioDecoder(LABELS, thresholds)
                .decode(query, new Logits(logits, 1, words, LABELS.size()), 0)
                .spans();
    }
}
