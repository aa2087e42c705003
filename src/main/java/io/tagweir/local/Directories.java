package io.tagweir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that a command created for itself. */
public final class Directories {

    private Directories() {}

    /** Deletes a directory and everything in it. */
    public static void delete(Path dir) {
        try (Stream<Path> tree = Files.walk(dir)) {
            for (Path one : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("directory " + dir + " was not deleted", failed);
        }
    }
}
