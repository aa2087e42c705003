package io.tagweir.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {

    @Test
    void valuesOfTheRightTypeAreRead() throws Exception {
        var json = JsonValue.parse(
                " {\"a\": \"\\ud83e\\udd5b\", \"n\": -3, \"x\": 1e2, \"l\": [\"p\", \"q\"], \"o\": {\"k\": 0.5}, \"z\": null} ");
        assertThat(json.at("a").text()).isEqualTo("\ud83e\udd5b");
        assertThat(json.at("n").integer()).isEqualTo(-3);
        assertThat(json.at("n").number()).isEqualTo(-3);
        assertThat(json.at("x").number()).isEqualTo(100);
        assertThat(json.at("l").texts()).containsExactly("p", "q");
        assertThat(json.at("o").fields().get("k").number()).isEqualTo(0.5);
        for (var absent : List.of("z", "none")) {
            assertThat(json.at(absent).isAbsent()).isTrue();
            assertThat(json.at(absent).text("-")).isEqualTo("-");
            assertThat(json.at(absent).integer(7)).isEqualTo(7);
            assertThat(json.at(absent).number(0.7)).isEqualTo(0.7);
            assertThat(json.at(absent).fields()).isEmpty();
        }
    }

    /** Whatever a lenient reader would make of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'a':1}{'b':2}       | more text follows the JSON value, which ends before column 8; exactly one value is wanted
            {'a':1},             | more text follows
            {'a':1} garbage      | more text follows
            {'a':1}]             | more text follows
            {'a':1,'a':2}        | not JSON: Duplicate field 'a', before column 11
            [{'a':{'b':1,'b':1}}] | not JSON: Duplicate field 'b'
            {'a':                | not JSON: Unexpected end-of-input
            {'a':NaN}            | not JSON: Non-standard token 'NaN'
            {'a':-Infinity}      | not JSON: Non-standard token '-Infinity'
            {'a':01}             | not JSON: Invalid numeric value: Leading zeroes not allowed
            {'a':1,}             | not JSON:
            {a:1}                | not JSON:
            // note              | not JSON:
            " "                  | there is nothing; JSON is wanted
            """)
    void textThatIsNotExactlyOneStrictValueIsRefused(String text, String reason) {
        assertThatThrownBy(() -> JsonValue.parse(text.replace('\'', '"')))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'x'         | v.i is "x"; a whole number is wanted
            '3'         | v.i is "3"; a whole number is wanted
            3.0         | v.i is 3.0; a whole number is wanted
            1e2         | v.i is 100.0; a whole number is wanted
            true        | v.i is true; a whole number is wanted
            4294967296  | v.i is 4294967296; a whole number of 32 bits is wanted
            -9999999999999999999999 | v.i is -9999999999999999999999; a whole number of 32 bits is wanted
            []          | v.i is an array; a whole number is wanted
            {}          | v.i is an object; a whole number is wanted
            null        | v.i is null; a whole number is wanted
            """)
    void nothingElseIsTakenForAWholeNumber(String value, String reason) {
        assertThatThrownBy(() -> of(value).integer())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0.5", "true", "null", "[]", "{}", "['a']"})
    void nothingElseIsTakenForAText(String value) {
        assertThatThrownBy(() -> of(value).text())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; a text is wanted");
        assertThatThrownBy(() -> of("[" + value + "]").texts())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("v.i[0] is ")
                .hasMessageEndingWith("; a text is wanted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'0.5'", "true", "null", "[0.5]", "{}"})
    void nothingElseIsTakenForANumber(String value) {
        assertThatThrownBy(() -> of(value).number())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; a number is wanted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a'", "1", "null", "{'a':1}"})
    void nothingElseIsTakenForAnArray(String value) {
        assertThatThrownBy(() -> of(value).items())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; an array is wanted");
        assertThatThrownBy(() -> of(value).texts()).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a'", "1", "[]"})
    void nothingElseIsTakenForAnObject(String value) {
        assertThatThrownBy(() -> of(value).at("a"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; an object is wanted");
        assertThatThrownBy(() -> of(value).fields()).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void fieldThatIsMissingIsNamedWithItsPath() {
        assertThatThrownBy(() -> JsonValue.parse("{\"t\":[{}]}")
                        .at("t")
                        .items()
                        .get(0)
                        .at("start")
                        .integer())
                .hasMessage("there is no t[0].start; a whole number is wanted");
    }

    @Test
    void fieldThatIsUnknownIsRefusedWhereThatIsAskedFor() {
        assertThatThrownBy(() -> JsonValue.parse("{\"exlusive\":[]}").requireKnown(Set.of("labels", "exclusive")))
                .hasMessage("exlusive is unknown; known are exclusive, labels");
    }

    @Test
    void unpairedSurrogateIsRefusedHoweverItIsWritten() {
        assertThatThrownBy(() -> of("'a\\ud83e'").text())
                .hasMessage("v.i is not well-formed text: it has an unpaired surrogate (U+D83E) at character 1");
        assertThatThrownBy(() -> JsonValue.parse("{\"\\udd5b\":1}").fields()).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> JsonValue.parse("[".repeat(100_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nesting depth");
    }

    /** It goes to a terminal, beside others. */
    @Test
    void refusalStaysShortAndOnOneLineWhateverCame() {
        assertThatThrownBy(() ->
                        JsonValue.parse("{\"x\\n" + "y".repeat(9_000) + "\":1}").requireKnown(Set.of("a")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("\n"));
        assertThatThrownBy(() -> of("'\\n" + "y".repeat(9_000) + "'").integer())
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).doesNotContain("\n"));
    }

    @Test
    void fileMayBeginWithAByteOrderMarkAndMustBeUtf8(@TempDir Path dir) throws Exception {
        var marked = Files.writeString(dir.resolve("marked"), "\ufeff{\r\n\"a\": 1}\r\n");
        assertThat(JsonValue.read(marked).at("a").integer()).isEqualTo(1);
        var latin = Files.write(dir.resolve("latin"), new byte[] {'"', (byte) 0xe4, '"'});
        assertThatThrownBy(() -> JsonValue.read(latin))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("not UTF-8: byte 2 is 0xE4 and can't stand there");
        var broken = Files.writeString(dir.resolve("broken"), "{\n\"a\": 1 1}");
        assertThatThrownBy(() -> JsonValue.read(broken)).hasMessageContaining("line 2, column ");
    }

    private static JsonValue of(String value) throws InvalidInputException {
        return JsonValue.parse("{\"v\":{\"i\":" + value.replace('\'', '"') + "}}")
                .at("v")
                .at("i");
    }
}
