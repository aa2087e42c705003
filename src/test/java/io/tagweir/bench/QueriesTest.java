package io.tagweir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.query.Normaliser;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QueriesTest {

    @Test
    void noTwoNumbersShareAText() {
        var texts = new HashSet<String>();
        for (int number = 0; number < 200_000; number++) {
            assertThat(texts.add(Queries.text(number))).isTrue();
        }
        assertThat(texts.add(Queries.text(Queries.COUNT - 1))).isTrue();
    }

    @Test
    void textsAreCanonicalAlready() {
        IntStream.range(0, 1_000)
                .forEach(number ->
                        assertThat(Normaliser.canonical(Queries.text(number))).isEqualTo(Queries.text(number)));
    }

    @Test
    void tagsCoverTheWordsTheyName() {
        for (int number = 0; number < 1_000; number++) {
            String text = Queries.text(number);
            assertThat(Queries.tags(number))
                    .hasSize(3)
                    .allSatisfy(tag -> assertThat(text.substring(tag.getStart(), tag.getEnd()))
                            .isEqualTo(tag.getValue()));
        }
    }

    @Test
    void numberOutOfRangeIsRefused() {
        assertThatThrownBy(() -> Queries.text(Queries.COUNT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Queries.text(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
