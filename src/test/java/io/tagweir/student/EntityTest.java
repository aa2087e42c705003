package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTest {

    private static final List<String> WORDS = List.of("shoes", "for", "the", "boys", "and", "without");

    @Test
    void neighboursOfOneLabelStayApart() {
        assertThat(Entity.in(List.of("B-x", "B-x", "I-x", "O", "B-y")))
                .containsExactly(new Entity("x", 0, 1), new Entity("x", 1, 3), new Entity("y", 4, 5));
    }

    @Test
    void continuationOfNothingBeginsAnEntity() {
        assertThat(Entity.in(List.of("I-x", "I-y", "O", "I-y")))
                .containsExactly(new Entity("x", 0, 1), new Entity("y", 1, 2), new Entity("y", 3, 4));
    }

    @Test
    void functionWordsAreStrippedAtTheEndsOnly() {
        assertThat(new Entity("department", 1, 5).stripped(WORDS)).contains(new Entity("department", 3, 4));
        assertThat(new Entity("x", 0, 4).stripped(WORDS)).contains(new Entity("x", 0, 4));
    }

    @Test
    void entityOfFunctionWordsDisappears() {
        assertThat(new Entity("x", 1, 3).stripped(WORDS)).isEmpty();
    }

    @Test
    void wordThatTurnsTheMeaningStays() {
        assertThat(new Entity("x", 4, 6).stripped(WORDS)).contains(new Entity("x", 5, 6));
    }
}
