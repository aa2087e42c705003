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
 * The reason that an exception gives, in words and on one line, to stand after what failed and where: "can't read x: no
 * such file or directory".
 *
 * <p>{@link Throwable#getMessage} is no such reason where it is the path or the host alone, which the sentence has
 * named already, or null. Pure functions.
 */
public final class Reason {

    private static final Map<Class<? extends Throwable>, String> OF_CLASS = Map.of(
            NoSuchFileException.class, "no such file or directory",
            AccessDeniedException.class, "permission denied",
            NotDirectoryException.class, "not a directory",
            DirectoryNotEmptyException.class, "the directory is not empty",
            FileAlreadyExistsException.class, "it exists already",
            FileSystemLoopException.class, "its links form a loop",
            UnknownHostException.class, "the host is unknown");

    /** {@code java.io} says "PATH (reason)". */
    private static final Pattern AFTER_THE_PATH = Pattern.compile(".* \\((.+)\\)");

    private Reason() {}

    public static String of(Throwable failure) {
        var cause = failure.getCause();
        boolean wraps = failure instanceof UncheckedIOException
                || failure instanceof ExecutionException
                || failure instanceof CompletionException;
        if (wraps && cause != null) {
            return of(cause);
        }
        var known = OF_CLASS.get(failure.getClass());
        var said = failure instanceof FileSystemException file ? file.getReason() : firstLine(failure.getMessage());
        if (known != null) {
            return known;
        }
        if (failure instanceof FileNotFoundException && said != null) {
            var words = AFTER_THE_PATH.matcher(said);
            return words.matches() ? words.group(1) : said;
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        if (failure instanceof EOFException && said == null) {
            return "it ends too early";
        }
        if (failure instanceof ConnectException && said == null) {
            return "the connection is refused";
        }
        return said == null ? failure.getClass().getSimpleName() : said;
    }

    private static @Nullable String firstLine(@Nullable String message) {
        return message == null ? null : message.lines().findFirst().orElse(null);
    }
}
