package io.tagweir.app;

import io.tagweir.app.local.DemoQueries;
import io.tagweir.app.settings.Settings;
import io.tagweir.reason.RefusedException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.reason.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands do with text that is given to them, on the command line and in files. */
class TextInputTest {

    @TempDir
    private Path dir;

    /** Neither cluster nor student is asked: the argument is refused first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "query|red \ud83e|--registry|http://127.0.0.1:1",
                "query|red|--segment|\udd5b",
                "snapshot|publish|v1|--file|-|--teacher|\ud83e",
                "snapshot|quarantine|v1|--reason|\ud83e",
                "student|stage|--as|/\ud83e|dir",
                "tag|\ud83e",
                "run|--set|application.id=\ud83e"
            })
    void argumentWithAnUnpairedSurrogateIsRefusedByEveryCommand(String line) {
        var ran = CommandResult.of(line.split("\\|"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .singleElement()
                .asString()
                .contains(" is not well-formed text: it has an unpaired surrogate");
    }

    @Test
    void settingWithAnUnpairedSurrogateIsRefused() throws IOException {
        var file = Files.writeString(dir.resolve("settings"), "head.stale=us\\ud83e=miss\n");
        assertThatThrownBy(() -> Settings.of(Settings.properties(file)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("the setting head.stale is not well-formed text");
    }

    @Test
    void settingsFileMayBeginWithAByteOrderMarkAndMustBeUtf8() throws IOException {
        var marked = Files.writeString(dir.resolve("marked"), "\ufeffapplication.id=a\r\n");
        assertThat(Settings.properties(marked)).isEqualTo(Map.of("application.id", "a"));
        var latin = Files.write(dir.resolve("latin"), "application.id=ä".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Settings.properties(latin))
                .isInstanceOf(RefusedException.class)
                .hasMessage("can't read " + latin + ": not UTF-8: byte 16 is 0xE4, which is invalid here");
    }

    @Test
    void queriesAreReadAsTextOrJsonPackedOrNot() throws IOException {
        var text = "\ufeffred shoes\r\n\r\n  Oat Milk \n{\"query\": \"tea\"}\n{\"tokens\": [\"green\", \"tea\"]}";
        var expected = List.of("red shoes", "Oat Milk", "tea", "green tea");
        assertThat(DemoQueries.tail(Files.writeString(dir.resolve("plain"), text)))
                .isEqualTo(expected);
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(DemoQueries.tail(Files.write(dir.resolve("packed"), packed.toByteArray())))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"query": 5}                     | query is 5; expected a string
            {"query": "a"}{"query": "b"}     | invalid JSON near column 15: more text follows
            {"query": "a", "query": "b"}     | invalid JSON near column 23: duplicate field 'query'
            {"tokens": ["a", 1]}             | tokens[1] is 1; expected a string
            {}                               | tokens is missing; expected an array of strings
            {"query": "\\ud83e"}             | query is not well-formed text
            """)
    void queryThatIsNotOneIsRefusedWithItsLine(String line, String problem) throws IOException {
        var file = Files.writeString(dir.resolve("queries"), "tea\n" + line + "\nmilk\n");
        assertThatThrownBy(() -> DemoQueries.tail(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith(file + " line 2: " + problem);
    }

    @Test
    void fileThatIsNotThereOrIsADirectoryIsNamedOnce() {
        assertThatThrownBy(() -> DemoQueries.tail(dir.resolve("none")))
                .hasMessage("there is no file " + dir.resolve("none"));
        assertThatThrownBy(() -> DemoQueries.tail(dir)).hasMessage("can't read " + dir + ": Is a directory");
    }
}
