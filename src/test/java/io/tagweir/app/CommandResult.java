package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** How a command ended, and the lines it printed. */
record CommandResult(int exitCode, List<String> out, List<String> err) {

    /** Runs the real command line in this process. */
    static CommandResult of(String... args) {
        return of(List.of(args));
    }

    static CommandResult of(List<String> args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
        return new CommandResult(
                exitCode,
                out.toString().lines().toList(),
                err.toString().lines().toList());
    }

    /** The lines on stderr, without the progress that a slow machine shows. */
    List<String> problems() {
        return err.stream().filter(line -> !line.startsWith("read ")).toList();
    }

    CommandResult assertSuccess() {
        assertThat(exitCode).as(this::toString).isZero();
        return this;
    }

    /** Asserts the exit code of a refusal and, if {@code problems} are given, that stderr has exactly these lines. */
    CommandResult assertRefused(String... problems) {
        assertThat(exitCode).as(this::toString).isEqualTo(2);
        if (problems.length > 0) {
            assertThat(err).containsExactly(problems);
        }
        return this;
    }
}
