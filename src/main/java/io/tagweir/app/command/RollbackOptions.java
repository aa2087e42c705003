package io.tagweir.app.command;

import io.tagweir.control.ControlRecords;
import io.tagweir.control.ControlTopic;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of the commands that roll back. */
public final class RollbackOptions {

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "What is wrong with it, for the record (${DEFAULT-VALUE}).")
    private String reason = "rolled back";

    public String reason() {
        return reason;
    }

    /** Changes control records, and reports how long that took. */
    public <T> List<T> change(ControlTopic<T> control, PrintWriter err, Function<ControlRecords<T>, List<T>> decision) {
        long began = System.nanoTime();
        var written = control.change(decision);
        err.printf("written in %d ms%n", (System.nanoTime() - began) / 1_000_000);
        return written;
    }
}
