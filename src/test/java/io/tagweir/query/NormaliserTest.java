package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormaliserTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            organic milk,           organic milk
            '  Organic   MILK ',    organic milk
            'a\tb',                 a b
            'a\u00a0\u3000b',       a b
            STRASSE,                strasse
            Straße,                 strasse
            ΟΔΟΣ,                   οδοσ
            ＡＢＣ１２３,            abc123
            'ﬁne ½ cup',            'fine 1\u20442 cup'
            'cafe\u0301',           'caf\u00e9'
            'co\u00adop',           coop
            'zero\u200bwidth',      zerowidth
            🧀 CHEESE,              🧀 cheese
            ' \u200b\t ',           ''
            '',                     ''
            """)
    void canonicalFormIs(String typed, String canonical) {
        assertThat(Normaliser.canonical(typed)).isEqualTo(canonical);
    }

    @Test
    void canonicalTextComesBackAsTheSameObject() {
        String text = "plain ascii 12oz";
        assertThat(Normaliser.canonical(text)).isSameAs(text);
    }

    @Test
    void versionNamesTheUnicodeDataThatIsUsed() {
        var unicode = UCharacter.getUnicodeVersion();
        assertThat(Normaliser.VERSION).endsWith("unicode-" + unicode.getMajor() + "." + unicode.getMinor());
    }

    @Test
    void canonicalFormOfACanonicalFormIsItself() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            String canonical = Normaliser.canonical(RandomText.next(random));
            assertThat(Normaliser.canonical(canonical)).isEqualTo(canonical);
        }
    }
}
