package io.tagweir.app;

import io.tagweir.app.bench.BenchCommand;
import io.tagweir.text.WellFormed;
import io.tagweir.wire.WireSerdes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

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
            StudentCommand.class,
            TagCommand.class,
            EvaluateCommand.class,
            CalibrateCommand.class,
            BenchCommand.class,
            DocsCommand.class
        })
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        // Queries hold any script: what is printed is UTF-8 whatever the locale, as the lines that are read are.
        System.exit(commandLine()
                .setOut(writer(FileDescriptor.out))
                .setErr(writer(FileDescriptor.err))
                .execute(args));
    }

    /** Straight to the descriptor: System.out would hide from us that the reader of a pipe has gone away. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }

    /** A wrong option or command: one line that says so, and where to look, in place of the whole usage. */
    private static int misused(CommandLine.ParameterException wrong, String[] args) {
        var command = wrong.getCommandLine();
        command.getErr()
                .println("tagweir: " + wrong.getMessage() + "; see "
                        + command.getCommandSpec().qualifiedName(" ") + " --help");
        command.getErr().flush();
        return 2;
    }

    /**
     * Runs the command that was parsed, unless an argument is ill-formed text, or native code that it needs can't be
     * loaded.
     */
    private static int run(ParseResult parsed) {
        var arguments = parsed.originalArgs();
        for (int i = 0; i < arguments.size(); i++) {
            var problem = WellFormed.problem(arguments.get(i));
            if (problem.isPresent()) {
                throw new CommandLine.ParameterException(
                        parsed.commandSpec().commandLine(), "argument " + (i + 1) + " " + problem.get());
            }
        }
        var problems = NativeLibraries.problems(parsed);
        return problems.isEmpty()
                ? new CommandLine.RunLast().execute(parsed)
                : new Failures()
                        .handleExecutionException(
                                new Refusal(problems), parsed.commandSpec().commandLine(), parsed);
    }

    static CommandLine commandLine() {
        WireSerdes.trustRecords();
        return new CommandLine(new Main())
                .setExecutionStrategy(Main::run)
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler(Main::misused)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
