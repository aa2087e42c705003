package io.tagweir.reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonTest {

    @TempDir
    private Path dir;

    @Test
    void fileSystemsReasonIsWordsAndNeverThePath() throws IOException {
        var absent = dir.resolve("absent");
        var file = Files.createFile(dir.resolve("file"));

        assertThat(of(() -> Files.readString(absent))).isEqualTo("no such file or directory");
        assertThat(of(() -> new FileInputStream(absent.toFile()).close())).isEqualTo("No such file or directory");
        assertThat(of(() -> Files.createFile(file))).isEqualTo("it exists already");
        assertThat(of(() -> Files.createFile(file.resolve("below")))).isEqualTo("Not a directory");
        assertThat(of(() -> Files.list(file).close())).isEqualTo("not a directory");
        assertThat(of(() -> Files.delete(dir))).isEqualTo("the directory is not empty");
        assertThat(of(() -> Files.readString(dir))).isEqualTo("Is a directory");
        assertThat(Reason.of(new AccessDeniedException("x"))).isEqualTo("permission denied");
        assertThat(Reason.of(new FileSystemException("x", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
    }

    @Test
    void wrapperGivesTheReasonOfItsCause() {
        var denied = new AccessDeniedException("x");
        assertThat(Reason.of(new UncheckedIOException(denied))).isEqualTo("permission denied");
        assertThat(Reason.of(new ExecutionException(denied))).isEqualTo("permission denied");
        assertThat(Reason.of(new IllegalStateException(denied))).isEqualTo("permission denied");
        assertThat(Reason.of(new IllegalStateException("own words", denied))).isEqualTo("own words");
        assertThat(Reason.ofRootCause(new IllegalStateException("own words", new IOException("odd", denied))))
                .isEqualTo("permission denied");
    }

    @Test
    void exceptionWithoutAMessageIsNamed() {
        assertThat(Reason.of(new ConnectException())).isEqualTo("the connection is refused");
        assertThat(Reason.of(new UnknownHostException("nowhere"))).isEqualTo("the host is unknown");
        assertThat(Reason.of(new MalformedInputException(1))).isEqualTo("it is not UTF-8");
        assertThat(Reason.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    void reasonIsOneLine() {
        assertThat(Reason.of(new IOException("no such port\nsee there"))).isEqualTo("no such port");
    }

    @Test
    void foreignTextIsCutAndPutOnOneLine() {
        assertThat(Reason.oneLine(" a\r\n\tb\u0007c\ud83e ")).isEqualTo("a b?c?");
        assertThat(Reason.oneLine("x".repeat(9_000))).hasSize(503).endsWith("x...");
    }

    private static String of(ThrowingCallable failing) {
        return Reason.of(catchThrowable(failing));
    }
}
