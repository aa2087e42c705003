package io.tagweir.app.command;

import io.tagweir.local.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * The temporary directory into which ONNX Runtime unpacks its native code. At exit ONNX Runtime deletes the directory
 * before the files in it, which fails, so an empty one remains after each run.
 *
 * <p>Deletes only the directory of this process, which Linux names among the mapped files. On other systems it stays.
 */
public final class OnnxRuntimeDirectory {

    private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+/onnxruntime-java\\d+)/libonnxruntime\\.so");
    private static final AtomicBoolean REGISTERED = new AtomicBoolean();

    private OnnxRuntimeDirectory() {}

    /** Deletes it when the JVM exits; the mapped files stay usable until then. */
    public static void deleteAtExit() {
        if (!REGISTERED.getAndSet(true)) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> find().ifPresent(Directories::delete), "delete-onnxruntime"));
        }
    }

    private static Optional<Path> find() {
        if (!Files.isReadable(MAPPED_FILES)) {
            return Optional.empty();
        }
        try {
            return LIBRARY.matcher(Files.readString(MAPPED_FILES))
                    .results()
                    .map(found -> Path.of(found.group(1)))
                    .filter(Files::isDirectory)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
