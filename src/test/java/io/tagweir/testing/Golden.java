package io.tagweir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.StackWalker.Option;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Golden files: what a test expects, kept where a reviewer sees it change. Run with {@code -Dgolden.rewrite=true} the
 * tests write them instead.
 */
public final class Golden {

    private static final boolean REWRITE = Boolean.getBoolean("golden.rewrite");

    private Golden() {}

    /**
     * Fails when the file is missing or does not hold {@code actual}, with the command that rewrites it.
     *
     * @param file relative to the root of the project
     */
    public static void assertMatches(Path file, String actual) {
        var test = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
                .getCallerClass()
                .getSimpleName();
        try {
            if (REWRITE) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                return;
            }
            var command = "mvn -q test -Dgolden.rewrite=true -Dtest='" + test + "'";
            assertThat(file).as("golden file; to write it: %s", command).exists();
            assertThat(actual)
                    .as("%s is stale; if the change is meant: %s", file, command)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
