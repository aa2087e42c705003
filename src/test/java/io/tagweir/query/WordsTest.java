package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void offsetsAreCodePoints() {
        var words = Words.of("🧥🧥 röd x");
        assertThat(words.count()).isEqualTo(3);
        assertThat(words.text(0, 1)).isEqualTo("🧥🧥 röd");
        assertThat(words.text(2, 2)).isEqualTo("x");
        assertThat(words.start(1)).isEqualTo(3);
        assertThat(words.end(1)).isEqualTo(6);
        assertThat(words.startingAt(3)).isEqualTo(1);
        assertThat(words.endingAt(8)).isEqualTo(2);
        assertThat(words.startingAt(4)).isNegative();
        assertThat(words.endingAt(4)).isNegative();
    }

    @Test
    void emptyTextHasNoWords() {
        assertThat(Words.of("").count()).isZero();
    }

    @Test
    void runsOfSpacesSeparateWordsOnce() {
        var words = Words.of("  a  bc ");
        assertThat(words.list()).containsExactly("a", "bc");
        assertThat(words.start(1)).isEqualTo(5);
        assertThat(Words.count("  a  bc ")).isEqualTo(2);
    }

    @Test
    void joinedWordsMayHoldSpaces() {
        var words = Words.joined(List.of("new york", "🧥"));
        assertThat(words.text()).isEqualTo("new york 🧥");
        assertThat(words.list()).containsExactly("new york", "🧥");
        assertThat(words.start(1)).isEqualTo(9);
        assertThat(words.end(1)).isEqualTo(10);
    }

    @Test
    void codePointBelongsToTheWordItIsInOrFollows() {
        var words = Words.of("ab cd");
        assertThat(words.at(1)).isZero();
        assertThat(words.at(2)).isZero();
        assertThat(words.at(3)).isOne();
    }
}
