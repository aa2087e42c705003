package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {

    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = Tokenizer.load(StudentSettings.PACKAGED.resolve("tokenizer.json"), 64);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void offsetsAreCodePointsAlsoBeyondTheBasicPlane() {
        // 👟 is one code point, two chars and four bytes.
        WordAlignedQuery query = tokenizer.encode("👟 red 👩‍👧 shoes");
        assertThat(query.words()).isEqualTo(4);
        assertThat(query.start(1)).isEqualTo(2);
        assertThat(query.end(1)).isEqualTo(5);
        // [CLS] [UNK] red [UNK] shoes [SEP]
        assertThat(query.firstToken(1)).isEqualTo(2);
        assertThat(query.firstToken(3)).isEqualTo(4);
        assertThat(query.start(3)).isEqualTo(10);
    }

    @Test
    void accentsThatTheModelDropsLeaveTheWordsInPlace() {
        // gráfica is read as graf ica; the accents in "e\u0301a" are two code points
        WordAlignedQuery query = tokenizer.encode("gráfica e\u0301a roja");
        assertThat(query.firstToken(0)).isEqualTo(1);
        assertThat(query.firstToken(1)).isEqualTo(3);
        assertThat(query.firstToken(2)).isEqualTo(4);
        assertThat(query.end(2)).isEqualTo(16);
    }

    @Test
    void wordOfWhichNothingIsLeftIsUnread() {
        WordAlignedQuery query = tokenizer.encode("red \u200d shoes");
        assertThat(query.hasToken(0)).isTrue();
        assertThat(query.hasToken(1)).isFalse();
        assertThat(query.firstToken(2)).isEqualTo(2);
    }

    @Test
    void longQueryIsCutToWhatTheModelTakes() {
        WordAlignedQuery query = tokenizer.encode("shoes ".repeat(200).strip());
        assertThat(query.words()).isEqualTo(200);
        assertThat(query.ids).hasSize(64);
        assertThat(query.ids[63]).isEqualTo(102L); // [SEP] stays at the end
        assertThat(query.hasToken(61)).isTrue();
        assertThat(query.hasToken(62)).isFalse();
    }

    @Test
    void wordOfAnyLengthCostsABoundedAmountOfWork() {
        WordAlignedQuery query = tokenizer.encode("a " + "\u8336".repeat(1_000_000));
        assertThat(query.ids).hasSize(3);
        assertThat(query.hasToken(0)).isTrue();
        assertThat(query.hasToken(1)).isFalse();
    }

    @Test
    void nothingIsPadded() {
        assertThat(tokenizer.encode("red").ids).hasSize(3);
        assertThat(tokenizer.encode("").words()).isZero();
    }
}
