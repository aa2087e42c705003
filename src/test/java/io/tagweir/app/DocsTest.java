package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.app.docs.DocsCommand;
import io.tagweir.app.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated pages say what the code says. Rewrite them with {@code ./tagweir docs}. */
class DocsTest {

    static Stream<String> pages() {
        return DocsCommand.pages(Main.commandLine()).keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pageOnFileIsWhatTheCodeSays(String page) throws IOException {
        var file = Path.of(DocsCommand.DIRECTORY, page);
        assertThat(file).as("a generated page; to write it: ./tagweir docs").exists();
        assertThat(Files.readString(file))
                .as("%s is stale; to rewrite it: ./tagweir docs", file)
                .isEqualTo(DocsCommand.pages(Main.commandLine()).get(page));
    }

    @Test
    void noPageHoldsAPathOrALineThatEndsInASpace() {
        var here = Path.of("").toAbsolutePath().toString();
        assertThat(DocsCommand.pages(Main.commandLine()).values())
                .allSatisfy(text -> assertThat(text)
                        .endsWith("\n")
                        .doesNotContain(here)
                        .doesNotContain(System.getProperty("user.home") + "/")
                        .doesNotContainPattern("(?m)[ \\t]$"));
    }

    @Test
    void everySettingIsReachedByItsVariable() {
        assertThat(Settings.definition().names())
                .allSatisfy(
                        key -> assertThat(Settings.key(Settings.variable(key))).isEqualTo(key));
    }
}
