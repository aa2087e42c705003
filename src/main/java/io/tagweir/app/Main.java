package io.tagweir.app;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ./tagweir COMMAND}. */
@Command(
        name = "tagweir",
        description = "Tags search queries on a Kafka stream.",
        mixinStandardHelpOptions = true,
        version = "tagweir 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            LocalCommand.class,
            QueryCommand.class,
            SnapshotCommand.class,
            TagCommand.class,
            EvaluateCommand.class,
            BenchCommand.class
        })
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        // Queries hold any script: what is printed is UTF-8 whatever the locale, as the lines that are read are.
        var out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        var err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        System.exit(commandLine().setOut(out).setErr(err).execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(new Failures())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
