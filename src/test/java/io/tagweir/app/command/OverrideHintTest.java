package io.tagweir.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.app.Main;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

class OverrideHintTest {

    @Test
    void commandComesLastWithTheOptionsThatWereGivenAndForce() {
        assertThat(after(
                        "snapshot activate v2 --from 2026-03-01T12:00:00Z --set a.b=1 --set c=2 --registry http://r:1"))
                .containsExactly(
                        "too few rows",
                        "to override this: ./tagweir snapshot activate v2 --from 2026-03-01T12:00:00Z --set a.b=1"
                                + " --set c=2 --registry http://r:1 --force");
    }

    @Test
    void optionsThatTheCommandDoesNotKnowAreLeftOut() {
        assertThat(after("snapshot publish --id v2 --file rows.jsonl --activate --wait 5"))
                .last()
                .isEqualTo("to override this: ./tagweir snapshot activate v2 --wait 5 --force");
        assertThat(after("snapshot check v2 --report r.json --config c.properties"))
                .last()
                .isEqualTo("to override this: ./tagweir snapshot activate v2 --config c.properties --force");
    }

    @Test
    void secretsAreLeftForThePersonToFillIn() {
        assertThat(after("snapshot activate v2 --set kafka.sasl.jaas.config=hush --registry http://user:hush@r:1"))
                .last()
                .isEqualTo(
                        "to override this: ./tagweir snapshot activate v2 --set kafka.sasl.jaas.config=... --registry"
                                + " http://...@r:1 --force");
    }

    @Test
    void whatAShellWouldTakeApartIsQuoted() {
        var parsed = Main.commandLine().parseArgs("snapshot", "check", "v2", "--config", "it's here.properties");
        assertThat(OverrideHint.after(List.of(), innermost(parsed).commandSpec(), "snapshot activate", "a b"))
                .containsExactly("to override this: ./tagweir snapshot activate 'a b' --config"
                        + " 'it'\\''s here.properties' --force");
    }

    private static List<String> after(String given) {
        var parsed = innermost(Main.commandLine().parseArgs(given.split(" ", -1)));
        return OverrideHint.after(List.of("too few rows"), parsed.commandSpec(), "snapshot activate", "v2");
    }

    private static ParseResult innermost(ParseResult parsed) {
        return parsed.hasSubcommand() ? innermost(parsed.subcommand()) : parsed;
    }
}
