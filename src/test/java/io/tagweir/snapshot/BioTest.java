package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

class BioTest {

    @Test
    void tagsOfWholeWordsBecomeLabels() {
        assertThat(Bio.of("acme oat milk for kids", List.of(tag("product", 5, 13), tag("creator", 0, 4))))
                .contains(new Bio(
                        List.of("acme", "oat", "milk", "for", "kids"),
                        List.of("B-creator", "B-product", "I-product", "O", "O")));
    }

    @Test
    void twoNeighboursWithTheSameLabelStayTwo() {
        assertThat(Bio.of("red blue", List.of(tag("color", 0, 3), tag("color", 4, 8))))
                .contains(new Bio(List.of("red", "blue"), List.of("B-color", "B-color")));
    }

    @Test
    void offsetsCountCodePoints() {
        assertThat(Bio.of("🧀🧀 tea", List.of(tag("product", 3, 6))))
                .contains(new Bio(List.of("🧀🧀", "tea"), List.of("O", "B-product")));
    }

    @Test
    void whatWordsCannotSayHasNoLabels() {
        assertThat(Bio.of("red shoes", List.of(tag("color", 0, 2)))).isEmpty();
        assertThat(Bio.of("red shoes", List.of(tag("color", 1, 9)))).isEmpty();
        assertThat(Bio.of("red shoes", List.of(tag("color", 0, 4)))).isEmpty();
        assertThat(Bio.of("red shoes", List.of(tag("color", 0, 3), tag("creator", 0, 9))))
                .as("two over one word")
                .isEmpty();
        assertThat(Bio.of("red\u001cshoes", List.of(tag("color", 0, 9))))
                .as("what Java takes for white space")
                .isEmpty();
    }

    private static Tag tag(String label, int start, int end) {
        return new Tag(label, "value", start, end, 1f);
    }
}
