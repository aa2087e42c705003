package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordPiecesTest {

    private static WordPieces pieces;

    @BeforeAll
    static void load() throws IOException {
        pieces = WordPieces.load(StudentSettings.PACKAGED.resolve("tokenizer.json"), 64);
    }

    @AfterAll
    static void close() {
        pieces.close();
    }

    @Test
    void offsetsAreCodePointsAlsoBeyondTheBasicPlane() {
        // 👟 is one code point, two chars and four bytes.
        EncodedQuery query = pieces.encode("👟 red 👩‍👧 shoes");
        assertThat(query.words()).isEqualTo(4);
        assertThat(query.start(1)).isEqualTo(2);
        assertThat(query.end(1)).isEqualTo(5);
        // [CLS] [UNK] red [UNK] shoes [SEP]
        assertThat(query.firstPiece(1)).isEqualTo(2);
        assertThat(query.firstPiece(3)).isEqualTo(4);
        assertThat(query.start(3)).isEqualTo(10);
    }

    @Test
    void accentsThatTheModelDropsLeaveTheWordsInPlace() {
        // gráfica is read as graf ica; the accents in "e\u0301a" are two code points
        EncodedQuery query = pieces.encode("gráfica e\u0301a roja");
        assertThat(query.firstPiece(0)).isEqualTo(1);
        assertThat(query.firstPiece(1)).isEqualTo(3);
        assertThat(query.firstPiece(2)).isEqualTo(4);
        assertThat(query.end(2)).isEqualTo(16);
    }

    @Test
    void wordOfWhichNothingIsLeftIsUnread() {
        EncodedQuery query = pieces.encode("red \u200d shoes");
        assertThat(query.read(0)).isTrue();
        assertThat(query.read(1)).isFalse();
        assertThat(query.firstPiece(2)).isEqualTo(2);
    }

    @Test
    void longQueryIsCutToWhatTheModelTakes() {
        EncodedQuery query = pieces.encode("shoes ".repeat(200).strip());
        assertThat(query.words()).isEqualTo(200);
        assertThat(query.ids).hasSize(64);
        assertThat(query.ids[63]).isEqualTo(102L); // [SEP] stays at the end
        assertThat(query.read(61)).isTrue();
        assertThat(query.read(62)).isFalse();
    }

    @Test
    void wordOfAnyLengthCostsABoundedAmountOfWork() {
        EncodedQuery query = pieces.encode("a " + "\u8336".repeat(1_000_000));
        assertThat(query.ids).hasSize(3);
        assertThat(query.read(0)).isTrue();
        assertThat(query.read(1)).isFalse();
    }

    @Test
    void nothingIsPadded() {
        assertThat(pieces.encode("red").ids).hasSize(3);
        assertThat(pieces.encode("").words()).isZero();
    }
}
