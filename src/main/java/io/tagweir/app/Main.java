package io.tagweir.app;

import io.tagweir.app.bench.BenchCommand;
import io.tagweir.app.command.Failures;
import io.tagweir.app.docs.DocsCommand;
import io.tagweir.app.local.DemoCommand;
import io.tagweir.app.local.LocalCommand;
import io.tagweir.app.run.QueryCommand;
import io.tagweir.app.run.RunCommand;
import io.tagweir.app.snapshot.SnapshotCommand;
import io.tagweir.app.student.CalibrateCommand;
import io.tagweir.app.student.EvaluateCommand;
import io.tagweir.app.student.StudentCommand;
import io.tagweir.app.student.TagCommand;
import io.tagweir.local.LocalCluster;
import io.tagweir.reason.RefusedException;
import io.tagweir.text.WellFormed;
import io.tagweir.wire.WireSerdes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    private static final Set<Class<?>> NEED_BROKER = Set.of(DemoCommand.class, LocalCommand.class, BenchCommand.class);

    private Main() {}

    public static void main(String[] args) {
        // Numbers are printed alike everywhere: 97.7, not 97,7.
        Locale.setDefault(Locale.ROOT);
        // Queries hold any script, so output is UTF-8 whatever the locale, as input is.
        System.exit(commandLine()
                .setOut(writer(FileDescriptor.out))
                .setErr(writer(FileDescriptor.err))
                .execute(args));
    }

    /** Writes straight to the descriptor: System.out hides that the reader of a pipe has gone away. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }

    /** A wrong option or command: one line that names it and the help to read, instead of the whole usage. */
    private static int misused(CommandLine.ParameterException wrong, String[] args) {
        var command = wrong.getCommandLine();
        command.getErr()
                .println("tagweir: " + wrong.getMessage() + "; see "
                        + command.getCommandSpec().qualifiedName(" ") + " --help");
        command.getErr().flush();
        return 2;
    }

    /**
     * Prints the help that was asked for, or runs the command. Nothing before this point may load Kafka, Avro or
     * Logback: help and usage errors must come at once.
     */
    private static int run(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        requireWellFormed(parsed);
        var problems = missing(parsed);
        if (!problems.isEmpty()) {
            return new Failures()
                    .handleExecutionException(
                            new RefusedException(problems), parsed.commandSpec().commandLine(), parsed);
        }
        WireSerdes.trustRecords();
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void requireWellFormed(ParseResult parsed) {
        var arguments = parsed.originalArgs();
        for (int i = 0; i < arguments.size(); i++) {
            var problem = WellFormed.problem(arguments.get(i));
            if (problem.isPresent()) {
                throw new CommandLine.ParameterException(
                        parsed.commandSpec().commandLine(), "argument " + (i + 1) + " " + problem.get());
            }
        }
    }

    /** The parts of this installation that the command needs and that can't be loaded. */
    private static List<String> missing(ParseResult parsed) {
        var commands = parsed.asCommandLineList();
        var command = commands.get(commands.size() - 1);
        return NEED_BROKER.contains(command.getCommand().getClass()) && !LocalCluster.isInstalled()
                ? List.of(command.getCommandName()
                        + " starts a Kafka broker, and this installation has none (lib/local is missing, as it is in the"
                        + " image); run it from a checkout of the source")
                : NativeLibraries.problems(command.getCommand().getClass());
    }

    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionStrategy(Main::run)
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler(Main::misused)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
