package io.tagweir.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
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
        assertThat(json.at("a").string()).isEqualTo("\ud83e\udd5b");
        assertThat(json.at("n").integer()).isEqualTo(-3);
        assertThat(json.at("n").number()).isEqualTo(-3);
        assertThat(json.at("x").number()).isEqualTo(100);
        assertThat(json.at("l").strings()).containsExactly("p", "q");
        assertThat(json.at("o").fields().get("k").number()).isEqualTo(0.5);
        for (var absent : List.of("z", "none")) {
            assertThat(json.at(absent).isAbsent()).isTrue();
            assertThat(json.at(absent).string("-")).isEqualTo("-");
            assertThat(json.at(absent).integer(7)).isEqualTo(7);
            assertThat(json.at(absent).number(0.7)).isEqualTo(0.7);
            assertThat(json.at(absent).fields()).isEmpty();
        }
    }

    /** Whatever a lenient reader would make of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'a':1}{'b':2}       | invalid JSON near column 8: more text follows the value; expected exactly one value
            {'a':1},             | invalid JSON near column 8: more text follows
            {'a':1} garbage      | invalid JSON near column 8: more text follows
            {'a':1}]             | invalid JSON near column 8: more text follows
            {'a':1,'a':2}        | invalid JSON near column 11: duplicate field 'a'
            [{'a':{'b':1,'b':1}}] | invalid JSON near column 17: duplicate field 'b'
            {'a':                | invalid JSON near column 6: it ends too early
            [1                   | invalid JSON near column 3: it ends too early
            {'a':NaN}            | invalid JSON near column 9: non-standard token 'NaN'
            {'a':-Infinity}      | invalid JSON near column 15: non-standard token '-Infinity'
            {'a':01}             | invalid JSON near column 7: invalid numeric value: Leading zeroes not allowed
            {'a':1,}             | invalid JSON near column 8: unexpected character ('}' (code 125)): was expecting double-quote to start field name
            {a:1}                | invalid JSON near column 2: unexpected character ('a' (code 97)): was expecting double-quote to start field name
            // note              | invalid JSON near column 1: unexpected character ('/' (code 47)): maybe a (non-standard) comment?
            rubbish              | invalid JSON near column 1: unrecognized token 'rubbish': was expecting a JSON value
            1e99999999999        | invalid JSON: a number is out of range
            " "                  | the text is empty; expected a JSON value
            """)
    void textThatIsNotExactlyOneStrictValueIsRefused(String text, String reason) {
        assertThatThrownBy(() -> JsonValue.parse(text.replace('\'', '"')))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(reason)
                .message()
                .doesNotContain("`", "Feature", "CTRL", "[Source");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'x'         | v.i is "x"; expected an integer
            '3'         | v.i is "3"; expected an integer
            3.0         | v.i is 3.0; expected an integer
            1e2         | v.i is 1E+2; expected an integer
            4e0         | v.i is 4.0; expected an integer
            true        | v.i is true; expected an integer
            4294967296  | v.i is 4294967296; expected a 32-bit integer
            -9999999999999999999999 | v.i is -9999999999999999999999; expected a 32-bit integer
            []          | v.i is an array; expected an integer
            {}          | v.i is an object; expected an integer
            null        | v.i is null; expected an integer
            """)
    void nothingElseIsTakenForAnInteger(String value, String reason) {
        assertThatThrownBy(() -> of(value).integer())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0.5", "true", "null", "[]", "{}", "['a']"})
    void nothingElseIsTakenForAString(String value) {
        assertThatThrownBy(() -> of(value).string())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; expected a string");
        assertThatThrownBy(() -> of("[" + value + "]").strings())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("v.i[0] is ")
                .hasMessageEndingWith("; expected a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'0.5'", "true", "null", "[0.5]", "{}"})
    void nothingElseIsTakenForANumber(String value) {
        assertThatThrownBy(() -> of(value).number())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; expected a number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "-1e-400", "1e400", "-1E+999999999"})
    void numberThatADoubleCannotHoldIsRefused(String value) {
        assertThatThrownBy(() -> of(value).number())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("v.i is ")
                .hasMessageEndingWith("; expected a number in the range of a double");
    }

    @Test
    void numberIsTheNearestDouble() throws Exception {
        for (var value :
                List.of("0.1", "0e-999999999", "-0.0", "4.9e-324", "1.7976931348623157E308", "123456789.123456789")) {
            assertThat(of(value).number()).isEqualTo(Double.parseDouble(value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a'", "1", "null", "{'a':1}"})
    void nothingElseIsTakenForAnArray(String value) {
        assertThatThrownBy(() -> of(value).items())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; expected an array");
        assertThatThrownBy(() -> of(value).strings()).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a'", "1", "[]"})
    void nothingElseIsTakenForAnObject(String value) {
        assertThatThrownBy(() -> of(value).at("a"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; expected an object");
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
                .hasMessage("t[0].start is missing; expected an integer");
    }

    @Test
    void fieldThatIsUnknownIsRefusedWhereThatIsAskedFor() {
        assertThatThrownBy(() -> JsonValue.parse("{\"exlusive\":[]}").requireKnown(Set.of("labels", "exclusive")))
                .hasMessage("exlusive is an unknown field; expected one of exclusive, labels");
    }

    @Test
    void unpairedSurrogateIsRefusedHoweverItIsWritten() {
        assertThatThrownBy(() -> of("'a\\ud83e'").string())
                .hasMessage("v.i is not well-formed text: it has an unpaired surrogate (U+D83E) at character 1");
        assertThatThrownBy(() -> JsonValue.parse("{\"\\udd5b\":1}").fields()).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> JsonValue.parse("[".repeat(100_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("invalid JSON: document nesting depth (65) exceeds the maximum allowed (64)");
    }

    /** The message is printed to a terminal, one line for each problem. */
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
                .hasMessage("not UTF-8: byte 2 is 0xE4, which is invalid here");
        var utf16 = Files.writeString(dir.resolve("utf16"), "{\"a\": 1}", StandardCharsets.UTF_16);
        assertThatThrownBy(() -> JsonValue.read(utf16))
                .hasMessage("not UTF-8: it starts with the byte order mark of UTF-16; convert it to UTF-8");
        var unmarked = Files.writeString(dir.resolve("unmarked"), "{\"a\": 1}", StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> JsonValue.read(unmarked))
                .hasMessageEndingWith(": it has NUL characters; expected UTF-8, not UTF-16");
        var broken = Files.writeString(dir.resolve("broken"), "{\n\"a\": 1 1}");
        assertThatThrownBy(() -> JsonValue.read(broken)).hasMessageContaining("line 2, column ");
    }

    private static JsonValue of(String value) throws InvalidInputException {
        return JsonValue.parse("{\"v\":{\"i\":" + value.replace('\'', '"') + "}}")
                .at("v")
                .at("i");
    }
}
