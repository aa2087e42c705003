package io.tagweir.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ./tagweir COMMAND}. */
@Command(
        name = "tagweir",
        description = "Tags search queries on a Kafka stream.",
        mixinStandardHelpOptions = true,
        version = "tagweir 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {LocalCommand.class})
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(new Failures())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
