package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AlignmentTest {

    @Test
    void offsetsPointBackAtTheTypedText() {
        var alignment = Alignment.of("  Ｏrganic   Straße\u0301 ");
        // canonical: "organic strasse´", the mark combined with the e
        assertThat(typed(alignment, 0, 7)).isEqualTo("Ｏrganic");
        assertThat(typed(alignment, 8, 15)).isEqualTo("Straße\u0301");
        assertThat(typed(alignment, 7, 8)).isEqualTo("   ");
    }

    @Test
    void pieceThatBecameTwoLettersIsCoveredByEither() {
        var alignment = Alignment.of("aßb");
        assertThat(typed(alignment, 1, 2)).isEqualTo("ß");
        assertThat(typed(alignment, 2, 3)).isEqualTo("ß");
        assertThat(typed(alignment, 3, 4)).isEqualTo("b");
    }

    @Test
    void typedStretchFindsWhatItBecame() {
        var alignment = Alignment.of(" Straße X");
        assertThat(alignment.canonicalRange(1, 7)).contains(new Alignment.Range(0, 7));
        assertThat(alignment.canonicalRange(8, 9)).contains(new Alignment.Range(8, 9));
        assertThat(alignment.canonicalRange(0, 1)).isEmpty();
    }

    @Test
    void offsetOutsideTheQueryIsRefused() {
        assertThatThrownBy(() -> Alignment.of("ab").typedEnd(3))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("offset 2 is outside a canonical query of 2 code points");
    }

    /** Cutting the text into pieces must not change what it normalises to, and offsets must grow along. */
    @Test
    void alignmentCoversTheCanonicalFormOfAnyTextInOrder() {
        var random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            String text = RandomText.next(random);
            String canonical = Normaliser.canonical(text);
            var alignment = Alignment.of(text);
            int length = canonical.codePointCount(0, canonical.length());
            assertThatThrownBy(() -> alignment.typedStart(length))
                    .as("<%s>", text)
                    .isInstanceOf(IndexOutOfBoundsException.class);
            int before = 0;
            for (int at = 0; at < length; at++) {
                assertThat(alignment.typedStart(at)).isGreaterThanOrEqualTo(before);
                assertThat(alignment.typedEnd(at + 1)).isGreaterThan(alignment.typedStart(at));
                before = alignment.typedStart(at);
            }
        }
    }

    @Test
    void identityIsClaimedOnlyWhereOffsetsAreTheSame() {
        var random = new SplittableRandom(13);
        for (int i = 0; i < 20_000; i++) {
            String text = RandomText.next(random);
            String canonical = Normaliser.canonical(text);
            if (!text.equals(canonical) && Alignment.isIdentity(text, canonical)) {
                var alignment = Alignment.of(text);
                for (int at = 0; at < canonical.length(); at++) {
                    assertThat(alignment.typedStart(at)).as("<%s>", text).isEqualTo(at);
                }
            }
        }
        assertThat(Alignment.isIdentity("Organic MILK", "organic milk")).isTrue();
    }

    private static String typed(Alignment alignment, int start, int end) {
        return alignment.typedText(alignment.typedStart(start), alignment.typedEnd(end));
    }
}
