package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a command says where native code can't be unpacked and loaded, each in a JVM that has not loaded any. */
class NativeLibrariesTest {

    @TempDir
    private Path dir;

    /** Arguments that reach the check: it comes before any of them is looked at. */
    static Stream<List<String>> commands() {
        return Stream.of(
                List.of("run", "--bootstrap-server", "127.0.0.1:1", "--registry", "http://127.0.0.1:1"),
                List.of("demo", "--once"),
                List.of("tag", "milk"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void temporaryDirectoryThatIsNotThereIsNamedWithTheSettingBeforeAnythingElse(List<String> command)
            throws Exception {
        var absent = dir.resolve("absent");
        var ended = run(absent, noHome(), command);

        assertThat(ended.err())
                .containsExactly("tagweir: RocksDB, ONNX Runtime, the tokenizer can't be loaded: native code is"
                        + " unpacked into " + absent + ", where no file can be made (no such file or directory); name a"
                        + " directory for it with java.io.tmpdir, as in TAGWEIR_JAVA_OPTS=-Djava.io.tmpdir=DIR");
        assertThat(ended.code()).isEqualTo(2);
    }

    @Test
    void homeWhereDjlCantUnpackIsNamedWithItsOwnSetting() throws Exception {
        mount("noexec", home -> {
            var ended = run(dir, home, List.of("tag", "milk"));

            assertThat(ended.err())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: the tokenizer can't be loaded: native code is unpacked into " + home)
                    .endsWith("name a directory for it with DJL_CACHE_DIR");
            assertThat(ended.code()).isEqualTo(2);
        });
    }

    @Test
    void temporaryDirectoryMountedNoexecIsNamedAsThat() throws Exception {
        mount("noexec", temporary -> {
            var ended = run(temporary, noHome(), List.of("tag", "milk"));

            assertThat(ended.err())
                    .singleElement()
                    .asString()
                    .contains(temporary + ", where no file may be executed (is it mounted noexec?); ")
                    .contains("java.io.tmpdir");
            assertThat(ended.code()).isEqualTo(2);
        });
    }

    @Test
    void readOnlyFileSystemIsNamedAsThat() throws Exception {
        mount("ro", temporary -> {
            var ended = run(temporary, temporary, List.of("tag", "milk"));

            assertThat(ended.err()).singleElement().asString().contains("(Read-only file system)");
            assertThat(ended.code()).isEqualTo(2);
        });
    }

    @Test
    void directoryThatServesIsNotSpokenOf() throws Exception {
        var ended = run(Files.createDirectory(dir.resolve("tmp")), noHome(), List.of("tag", "milk"));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(dir.resolve("tmp").resolve(".djl.ai")).exists();
    }

    @Test
    void commandWithoutNativeCodeAndHelpDoNotAskForIt() throws Exception {
        var absent = dir.resolve("absent");
        assertThat(run(absent, absent, List.of("snapshot", "--help")).code()).isZero();
        assertThat(run(absent, absent, List.of("run", "--help")).code()).isZero();
    }

    /** JNA would make a home that is merely absent. */
    private Path noHome() throws IOException {
        return Files.createTempFile(dir, "not-a-directory", "").resolve("home");
    }

    private interface Use {
        void of(Path mounted) throws Exception;
    }

    /** Skipped, and says so, where this user may not mount. */
    private void mount(String option, Use use) throws Exception {
        var at = Files.createDirectory(dir.resolve("mounted"));
        int code = new ProcessBuilder("mount", "-t", "tmpfs", "-o", option, "tmpfs", at.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assumeTrue(code == 0, "this user may not mount a file system with " + option);
        try {
            use.of(at);
        } finally {
            assertThat(new ProcessBuilder("umount", at.toString()).start().waitFor())
                    .isZero();
        }
    }

    private record Ended(int code, List<String> err) {}

    private Ended run(Path temporary, Path home, List<String> arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@jvm.options",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        var err = dir.resolve("err");
        var builder =
                new ProcessBuilder(command).redirectError(err.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .keySet()
                .removeAll(
                        Map.of("DJL_CACHE_DIR", 1, "ROCKSDB_SHAREDLIB_DIR", 1).keySet());
        var process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as(() -> arguments + " ends")
                .isTrue();
        return new Ended(process.exitValue(), Files.readAllLines(err));
    }
}
