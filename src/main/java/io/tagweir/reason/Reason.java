package io.tagweir.reason;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in words, on one line, why something failed. The text follows what failed and where: "can't read x: no such file
 * or directory".
 *
 * <p>{@link Throwable#getMessage} alone does not do: it may be null, or only the path or host that the sentence has
 * named already. Pure functions.
 */
public final class Reason {

    /** Longest {@link #oneLine}, in characters. */
    private static final int MAX_LENGTH = 500;

    private static final Map<Class<? extends Throwable>, String> BY_CLASS = Map.of(
            NoSuchFileException.class, "no such file or directory",
            AccessDeniedException.class, "permission denied",
            NotDirectoryException.class, "not a directory",
            DirectoryNotEmptyException.class, "the directory is not empty",
            FileAlreadyExistsException.class, "it exists already",
            FileSystemLoopException.class, "its links form a loop",
            UnknownHostException.class, "the host is unknown");

    /** {@code java.io} says "PATH (reason)". */
    private static final Pattern PATH_AND_REASON = Pattern.compile(".* \\((.+)\\)");

    private Reason() {}

    /** Why {@code failure} happened; a wrapper gives the reason of its cause. */
    public static String of(Throwable failure) {
        var cause = failure.getCause();
        if (cause != null && isWrapper(failure, cause)) {
            return of(cause);
        }
        var known = BY_CLASS.get(failure.getClass());
        if (known != null) {
            return known;
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        var message = failure instanceof FileSystemException file ? file.getReason() : firstLine(failure.getMessage());
        if (message == null) {
            return failure instanceof EOFException
                    ? "it ends too early"
                    : failure instanceof ConnectException
                            ? "the connection is refused"
                            : failure.getClass().getSimpleName();
        }
        var words = PATH_AND_REASON.matcher(message);
        return failure instanceof FileNotFoundException && words.matches() ? words.group(1) : message;
    }

    /** The reason of the innermost cause, for libraries that wrap it in messages of their own. */
    public static String ofRootCause(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return of(root);
    }

    /** A foreign text made fit for a message: on one line, of bounded length, without control characters. */
    public static String oneLine(String text) {
        var start = text.length() <= 4 * MAX_LENGTH ? text : text.substring(0, 4 * MAX_LENGTH);
        var line = start.replaceAll("\\s+", " ").strip().replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    private static boolean isWrapper(Throwable failure, Throwable cause) {
        return failure instanceof UncheckedIOException
                || failure instanceof ExecutionException
                || failure instanceof CompletionException
                || cause.toString().equals(failure.getMessage());
    }

    private static @Nullable String firstLine(@Nullable String message) {
        return message == null ? null : message.lines().findFirst().orElse(null);
    }
}
