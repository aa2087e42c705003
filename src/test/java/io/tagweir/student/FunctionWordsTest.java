package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.tag.Bio.WordSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionWordsTest {

    private static final List<String> WORDS = List.of("shoes", "for", "the", "boys", "and", "without");

    @Test
    void functionWordsAreStrippedAtTheEndsOnly() {
        assertThat(FunctionWords.strip(new WordSpan("department", 1, 5), WORDS))
                .contains(new WordSpan("department", 3, 4));
        assertThat(FunctionWords.strip(new WordSpan("x", 0, 4), WORDS)).contains(new WordSpan("x", 0, 4));
    }

    @Test
    void entityOfFunctionWordsDisappears() {
        assertThat(FunctionWords.strip(new WordSpan("x", 1, 3), WORDS)).isEmpty();
    }

    @Test
    void wordThatTurnsTheMeaningStays() {
        assertThat(FunctionWords.strip(new WordSpan("x", 4, 6), WORDS)).contains(new WordSpan("x", 5, 6));
    }
}
