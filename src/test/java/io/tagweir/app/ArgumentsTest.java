package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Arguments of one meaning have one form in all commands, and the forms before them still work. */
class ArgumentsTest {

    static final List<List<String>> OLD_FORMS = List.of(
            List.of("snapshot", "publish", "--id", "v1", "--file", "-"),
            List.of("snapshot", "publish", "--file", "-", "--id=v1"),
            List.of("snapshot", "seal", "--id", "v1", "--rows", "7"),
            List.of("snapshot", "export", "--out", "dir", "--id", "v1"));

    @ParameterizedTest
    @FieldSource("OLD_FORMS")
    void idGivenAsAnOptionIsTakenAsTheArgumentWithAWarning(List<String> args) {
        var err = new StringWriter();

        var parsed = Main.commandLine().setErr(new PrintWriter(err, true)).parseArgs(args.toArray(String[]::new));

        assertThat(parsed.subcommand().subcommand().matchedPositionalValue(0, ""))
                .isEqualTo("v1");
        assertThat(err.toString().lines())
                .containsExactly("tagweir: warning: --id is removed in the next release; give the id as an argument:"
                        + " tagweir snapshot " + args.get(1) + " ID");
    }

    @Test
    void missingIdIsRefused() {
        var ran = CommandResult.of("snapshot", "seal");

        assertThat(ran.err())
                .containsExactly("tagweir: Missing required parameter: 'ID'; see tagweir snapshot seal --help");
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void idIsAnArgumentEverywhere() {
        assertThat(commands(Main.commandLine())
                        .flatMap(command -> command.getCommandSpec().options().stream())
                        .filter(option -> !option.hidden())
                        .flatMap(option -> Stream.of(option.names())))
                .contains("--file")
                .doesNotContain("--id");
    }

    @Test
    void whateverIsTakenBackCanBeGivenAReason() {
        var takeBack = List.of("rollback", "quarantine", "retire");
        assertThat(commands(Main.commandLine()).filter(command -> takeBack.contains(command.getCommandName())))
                .hasSize(4)
                .allSatisfy(command -> assertThat(command.getCommandSpec().findOption("--reason"))
                        .extracting(OptionSpec::paramLabel)
                        .isEqualTo("TEXT"));
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(ArgumentsTest::commands));
    }
}
