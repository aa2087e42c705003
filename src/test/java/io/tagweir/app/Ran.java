package io.tagweir.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What a command left behind. */
record Ran(int exitCode, List<String> out, List<String> err) {

    /** Runs the real command line in this process. */
    static Ran command(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new Ran(
                exitCode,
                out.toString().lines().toList(),
                err.toString().lines().toList());
    }
}
