package io.tagweir.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaxonomyTest {

    @TempDir
    Path dir;

    @Test
    void fileOfLabelsAloneReadsAndIsNamedAsItAlwaysWas() throws IOException {
        var taxonomy = read("{\"labels\": [\"creator\", \"color\"]}");
        assertThat(taxonomy).isEqualTo(new Taxonomy(Set.of("color", "creator")));
        assertThat(taxonomy.fingerprint()).isEqualTo("5db48f0f11e54f5f");
        assertThat(taxonomy.allows("color", "any")).isTrue();
        assertThat(taxonomy.allows("price")).isFalse();
        assertThat(Taxonomy.ANY.fingerprint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"labels\": [\"creator\", {\"label\": \"color\", \"values\": [\"Red\", \"blue\"]}]}",
                "{\"labels\": [{\"label\": \"creator\"}, \"color\"], \"values\": {\"color\": [\"blue\", \"RED\"]}}"
            })
    void valuesMayBeListedWithTheirLabelOrSeparately(String text) throws IOException {
        var taxonomy = read(text);
        assertThat(taxonomy.allows("color", "red")).isTrue();
        assertThat(taxonomy.allows("color", "Red"))
                .as("not in the form they are compared in")
                .isFalse();
        assertThat(taxonomy.allows("color", "green")).isFalse();
        assertThat(taxonomy.allows("creator", "green")).isTrue();
        assertThat(taxonomy.restricts("creator")).isFalse();
        assertThat(taxonomy.fingerprint()).isEqualTo("b8a1f4aa1d5de203");
    }

    @Test
    void whatExcludesEachOtherIsNoPartOfTheName() throws IOException {
        var taxonomy = read("{\"labels\": [\"creator\", \"color\"], \"exclusive\": [[\"creator\"]]}");
        assertThat(taxonomy.exclusive()).containsExactly(Set.of("creator"));
        assertThat(taxonomy.fingerprint()).isEqualTo("5db48f0f11e54f5f");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    {'labels': []} | has no label at 'labels'
                    {} | : labels is missing; expected an array
                    {'labels': 'color'} | : labels is "color"; expected an array
                    {'labels': ['']} | : labels[0] is ""; expected a label that is not empty
                    {'labels': [7]} | : labels[0] is 7; expected a string
                    {'labels': [{'values': ['red']}]} | : labels[0].label is missing; expected a string
                    {'labels': [{'label': 'a', 'value': ['red']}]} | : labels[0].value is an unknown field; expected one of label, values
                    {'labels': ['a'], 'exlusive': []} | : exlusive is an unknown field; expected one of exclusive, labels, values
                    {'labels': ['a'], 'values': {'b': ['x']}} | names 'b' at 'values', which is none of its labels
                    {'labels': ['a'], 'values': {'a': []}} | has no values for the label 'a'
                    {'labels': ['a'], 'values': {'a': 'x'}} | : values.a is "x"; expected an array
                    {'labels': ['a'], 'values': {'a': [1]}} | : values.a[0] is 1; expected a string
                    {'labels': ['a'], 'values': ['a']} | : values is an array; expected an object
                    {'labels': [{'label': 'a', 'values': ['x']}], 'values': {'a': ['y']}} | for the label 'a' twice
                    {'labels': ['a'], 'values': {'a': ['x'], 'a': ['y']}} | : invalid JSON near column
                    {'labels': ['a'], 'labels': ['b']} | : invalid JSON near column
                    {'labels': ['a']} {'labels': ['b']} | : invalid JSON near column
                    {'labels': ['a'], 'exclusive': [['b']]} | names 'b' at 'exclusive', which is none of its labels
                    {'labels': ['a'], 'exclusive': ['a']} | : exclusive[0] is "a"; expected an array of strings
                    {'labels': ['a'], 'exclusive': [[1]]} | : exclusive[0][0] is 1; expected a string
                    {'labels': ['\\ud83e']} | : labels[0] is not well-formed text
                    {'labels': | : invalid JSON near column
                    """)
    void fileThatIsWrongIsRefusedWithWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> read(text.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the taxonomy " + dir)
                .hasMessageContaining(message);
    }

    private Taxonomy read(String text) throws IOException {
        var file = Files.writeString(dir.resolve("taxonomy.json"), text);
        return Taxonomy.read(file, value -> value.toLowerCase(Locale.ROOT));
    }
}
