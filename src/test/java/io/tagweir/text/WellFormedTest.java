package io.tagweir.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WellFormedTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "milk", "röd jacka", "\ud83e\udd5b", "a\ud83e\udd5bb\ud83e\udd5b", "\ufffd"})
    void textWhoseSurrogatesAreAllPairedIsWellFormed(String text) {
        assertThat(WellFormed.problem(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab\ud83e", "ab\udd5b", "ab\udd5b\ud83e", "ab\ud83e\ud83e\udd5b", "ab\ud83ec"})
    void unpairedSurrogateIsNamedWithItsPlace(String text) {
        assertThat(WellFormed.problem(text))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("is not well-formed text")
                        .endsWith("at character 2"));
    }

    /** The reason for the rule: only such texts come back from UTF-8 as they went in. */
    @Test
    void textIsWellFormedJustWhereItSurvivesUtf8() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append((char) (0xd7f0 + random.nextInt(0x820)));
            }
            var written = text.toString();
            var read = new String(written.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(WellFormed.problem(written).isEmpty()).as(written).isEqualTo(read.equals(written));
        }
    }
}
