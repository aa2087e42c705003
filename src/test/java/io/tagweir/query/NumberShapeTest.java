package io.tagweir.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberShapeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 oz | # oz",
                "10ft | #ft",
                "8x10 | #x#",
                "size 10 | size #",
                "pack of 6 | pack of #",
                "1.5 oz | # oz",
                "1/2 inch | # inch",
                "1,000 pcs | # pcs",
                "3. edition | #. edition",
                ".5 | .#",
                "1..2 | #..#",
                "١٢ كغ | # كغ",
                "𝟙 | #",
                "for 2-4 year olds | for #-# year olds",
                "7 | #"
            })
    void everyNumberBecomesOneSign(String text, String shape) {
        assertThat(NumberShape.of(text)).isEqualTo(shape);
    }

    @Test
    void textWithoutDigitsIsItsOwnShape() {
        var text = "röd jacka 🧥";
        assertThat(NumberShape.of(text)).isSameAs(text);
        assertThat(NumberShape.of("")).isEmpty();
    }

    @Test
    void textWithTheSignItselfCannotBeDistinguishedFromAShape() {
        assertThat(NumberShape.isAmbiguous("# oz")).isTrue();
        assertThat(NumberShape.isAmbiguous("12 oz")).isFalse();
    }
}
