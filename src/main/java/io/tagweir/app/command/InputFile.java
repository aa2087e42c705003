package io.tagweir.app.command;

import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.text.Gzip;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input files that commands are given: {@code -} is standard input, and gzip is unpacked, which is known by its
 * content.
 */
public final class InputFile {

    /** Takes the lines of a file. */
    @FunctionalInterface
    public interface LineHandler {

        /** @throws InvalidInputException where the line is not of the expected form */
        void take(String line) throws InvalidInputException;
    }

    /** Most problems reported for a file. */
    private static final int MAX_PROBLEMS = 20;

    private InputFile() {}

    /** @throws RefusedException if it can't be opened */
    public static InputStream open(String file) {
        try {
            return Gzip.decompress(file.equals("-") ? System.in : Files.newInputStream(Path.of(file)));
        } catch (IOException e) {
            throw refusal(file, 0, e);
        }
    }

    /**
     * Reads all lines that are not blank, and skips malformed ones.
     *
     * @param problems receives the problems of the first malformed lines
     * @return number of malformed lines
     */
    public static long lines(Path file, LineHandler reader, List<String> problems) {
        var name = file.toString();
        long malformed = 0;
        try (var lines = new LineReader(open(name))) {
            while (true) {
                try {
                    var line = next(lines, name);
                    if (line == null) {
                        return malformed;
                    }
                    if (!line.isBlank()) {
                        reader.take(line);
                    }
                } catch (InvalidInputException e) {
                    malformed++;
                    if (problems.size() < MAX_PROBLEMS) {
                        problems.add(name + " line " + lines.number() + ": " + e.getMessage());
                    }
                }
            }
        } catch (IOException e) {
            throw refusal(name, 0, e);
        }
    }

    /** The next line; null after the last. */
    public static @Nullable String next(LineReader lines, String file) throws InvalidInputException {
        try {
            return lines.next();
        } catch (IOException e) {
            throw refusal(file, lines.number(), e);
        }
    }

    /** @param lines number of lines read before the error */
    private static RefusedException refusal(String file, long lines, IOException why) {
        return new RefusedException(
                why instanceof NoSuchFileException
                        ? "there is no file " + file
                        : "can't read " + (file.equals("-") ? "standard input" : file)
                                + (lines == 0 ? "" : " after line " + lines) + ": " + Reason.of(why));
    }
}
