package io.tagweir.tag;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.tag.Bio.WordSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class BioTest {

    @Test
    void neighboursOfOneLabelStayApart() {
        assertThat(Bio.spans(List.of("B-x", "B-x", "I-x", "O", "B-y")))
                .containsExactly(new WordSpan("x", 0, 1), new WordSpan("x", 1, 3), new WordSpan("y", 4, 5));
    }

    @Test
    void continuationOfNothingBeginsASpan() {
        assertThat(Bio.spans(List.of("I-x", "I-y", "O", "I-y")))
                .containsExactly(new WordSpan("x", 0, 1), new WordSpan("y", 1, 2), new WordSpan("y", 3, 4));
    }

    @Test
    void spansComeBackFromTheirLabels() {
        var spans = List.of(new WordSpan("x", 0, 1), new WordSpan("x", 1, 3), new WordSpan("y", 4, 5));
        assertThat(Bio.labels(6, spans)).contains(List.of("B-x", "B-x", "I-x", "O", "B-y", "O"));
        assertThat(Bio.spans(Bio.labels(6, spans).orElseThrow())).isEqualTo(spans);
    }

    @Test
    void overlappingSpansHaveNoLabels() {
        assertThat(Bio.labels(3, List.of(new WordSpan("x", 0, 2), new WordSpan("y", 1, 3))))
                .isEmpty();
    }

    @Test
    void labelIsOutsideOrAPrefixWithAName() {
        assertThat(List.of("O", "B-x", "I-x")).allMatch(Bio::isLabel);
        assertThat(List.of("", "o", "B-", "I-", "X-x", "Bx")).noneMatch(Bio::isLabel);
    }
}
