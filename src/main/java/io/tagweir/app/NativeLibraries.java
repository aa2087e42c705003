package io.tagweir.app;

import static java.util.stream.Collectors.joining;

import io.tagweir.app.bench.BenchCommand;
import io.tagweir.app.command.OnnxRuntimeDirectory;
import io.tagweir.app.local.DemoCommand;
import io.tagweir.app.run.RunCommand;
import io.tagweir.app.student.CalibrateCommand;
import io.tagweir.app.student.EvaluateCommand;
import io.tagweir.app.student.StudentStageCommand;
import io.tagweir.app.student.TagCommand;
import io.tagweir.reason.Reason;
import io.tagweir.student.NativeCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;

/**
 * The native libraries that commands need. Each is unpacked into a directory and loaded from there.
 *
 * <p>If that directory is read-only, or on a file system mounted {@code noexec}, each library fails with an error of
 * its own, some of them late. This check reports it before the command starts.
 */
final class NativeLibraries {

    private static final Set<Class<?>> COMMANDS = Set.of(
            RunCommand.class,
            DemoCommand.class,
            TagCommand.class,
            EvaluateCommand.class,
            CalibrateCommand.class,
            BenchCommand.class,
            StudentStageCommand.class);

    private static final String TEMPORARY = "java.io.tmpdir";

    /** @param setting that sets the directory */
    private record Library(String name, Path directory, String setting, Runnable load) {

        /** Whether it loads anyway, as a library that the system has installed does. */
        boolean loads() {
            try {
                load.run();
                return true;
            } catch (RuntimeException | LinkageError e) {
                return false;
            }
        }
    }

    private NativeLibraries() {}

    /** What keeps a command from loading the native libraries it needs; empty if it needs none. */
    static List<String> problems(Class<?> command) {
        if (!COMMANDS.contains(command)) {
            return List.of();
        }
        OnnxRuntimeDirectory.deleteAtExit();
        return problems(System::getProperty, System::getenv);
    }

    /** @param properties of the JVM, some of which may be absent; so may variables of the {@code environment} */
    static List<String> problems(
            UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment) {
        var problems = new ArrayList<String>();
        var libraries = libraries(properties, environment);
        for (var setting : libraries.stream().map(Library::setting).distinct().toList()) {
            var unpackedThere = libraries.stream()
                    .filter(library -> library.setting().equals(setting))
                    .toList();
            var directory = unpackedThere.get(0).directory();
            var unfit = unfit(directory);
            // Stops at the first that does not load: the others would print errors of their own.
            if (unfit.isPresent() && !unpackedThere.stream().allMatch(Library::loads)) {
                problems.add(unpackedThere.stream().map(Library::name).collect(joining(", "))
                        + " can't be loaded: native code is unpacked into " + directory.toAbsolutePath() + ", where "
                        + unfit.get() + "; name a directory for it with " + setting
                        + (setting.equals(TEMPORARY) ? ", as in TAGWEIR_JAVA_OPTS=-Djava.io.tmpdir=DIR" : ""));
            }
        }
        return problems;
    }

    private static List<Library> libraries(
            UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment) {
        var temporary = Path.of(String.valueOf(properties.apply(TEMPORARY)));
        var libraries = new ArrayList<Library>();
        var rocksDb = environment.apply("ROCKSDB_SHAREDLIB_DIR");
        libraries.add(
                rocksDb == null || rocksDb.isEmpty()
                        ? new Library("RocksDB", temporary, TEMPORARY, RocksDB::loadLibrary)
                        : new Library("RocksDB", Path.of(rocksDb), "ROCKSDB_SHAREDLIB_DIR", RocksDB::loadLibrary));
        if (properties.apply("onnxruntime.native.path") == null) {
            libraries.add(new Library("ONNX Runtime", temporary, TEMPORARY, NativeCode::loadRuntime));
        }
        libraries.add(tokenizer(temporary, properties, environment));
        return libraries;
    }

    /** DJL unpacks it into its cache: below the user's home, or in the temporary directory if the home is read-only. */
    private static Library tokenizer(
            Path temporary, UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment) {
        for (var setting : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
            var chosen = Optional.ofNullable(environment.apply(setting)).orElse(properties.apply(setting));
            if (chosen != null && !chosen.isEmpty()) {
                return new Library("the tokenizer", existing(Path.of(chosen)), setting, NativeCode::loadTokenizer);
            }
        }
        var home = Path.of(String.valueOf(properties.apply("user.home")));
        return Files.isWritable(home)
                ? new Library(
                        "the tokenizer", existing(home.resolve(".djl.ai")), "DJL_CACHE_DIR", NativeCode::loadTokenizer)
                : new Library("the tokenizer", temporary, TEMPORARY, NativeCode::loadTokenizer);
    }

    /** The directory, or its nearest parent that exists: the rest will be created. */
    private static Path existing(Path directory) {
        var path = directory.toAbsolutePath();
        while (path.getParent() != null && !Files.exists(path)) {
            path = path.getParent();
        }
        return path;
    }

    /** Why no native library can be unpacked into the directory and loaded from there; empty if one can. */
    private static Optional<String> unfit(Path directory) {
        try {
            var file = Files.createTempFile(directory, "tagweir-", ".probe");
            try {
                return file.toFile().setExecutable(true) && Files.isExecutable(file)
                        ? Optional.empty()
                        : Optional.of("no file may be executed (is it mounted noexec?)");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return Optional.of("no file can be made (" + Reason.of(e) + ")");
        }
    }
}
