package io.tagweir.app.command;

import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import java.nio.file.FileSystemException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns a failed command into lines on stderr and an exit code: 2 for problems that the user can correct, 1 for all
 * others.
 */
public final class Failures implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        var err = commandLine.getErr();
        if (failure instanceof RefusedException refused) {
            refused.problems().forEach(problem -> err.println("tagweir: " + problem));
            err.flush();
            return 2;
        }
        if (failure instanceof KafkaException) {
            err.println("tagweir: Kafka failed: " + failure.getMessage());
            err.flush();
            return 1;
        }
        if (failure instanceof FileSystemException file) {
            err.println("tagweir: " + file.getFile() + ": " + Reason.of(file));
            err.flush();
            return 2;
        }
        failure.printStackTrace(err);
        err.flush();
        return 1;
    }
}
