package io.tagweir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program in a JVM of its own, on the class path of the test, so that it can be signalled and killed. */
final class TagweirProcess implements AutoCloseable {

    private static final int LIMIT_S = 90;
    private static final Pattern READY = Pattern.compile(".*ready: broker (\\S+), schema registry (\\S+)");

    /** Comes after the last line of stdout. */
    @SuppressWarnings("StringOperationCanBeSimplified") // Its identity counts.
    private static final String END = new String("end");

    private final Process process;
    private final Path stderr;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private TagweirProcess(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
        var reader = new Thread(this::readLines, "stdout-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void readLines() {
        try {
            process.inputReader(UTF_8).lines().forEach(lines::add);
        } catch (UncheckedIOException killed) {
            // The test awaits what it expects.
        } finally {
            lines.add(END);
        }
    }

    /** Starts a command. */
    static TagweirProcess start(String... arguments) throws IOException {
        return start(List.of(arguments));
    }

    static TagweirProcess start(List<String> arguments) throws IOException {
        return start(List.of("-Xmx256m"), arguments);
    }

    /** @param options for the JVM */
    static TagweirProcess start(List<String> options, List<String> arguments) throws IOException {
        return start(System.getProperty("java.class.path"), options, Main.class, arguments);
    }

    static TagweirProcess start(String classPath, List<String> options, Class<?> program, List<String> arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(arguments);
        Path stderr = Files.createTempFile("tagweir-stderr-", ".txt");
        var builder = new ProcessBuilder(command).redirectError(stderr.toFile());
        builder.environment().remove("TAGWEIR_LOG_LEVEL");
        return new TagweirProcess(builder.start(), stderr);
    }

    /** Where a started {@code local} can be reached. */
    record Addresses(String bootstrapServers, String registryUrl) {}

    /** The next line on stdout. */
    String awaitLine() throws InterruptedException {
        String line = lines.poll(LIMIT_S, TimeUnit.SECONDS);
        if (line == null || isEnd(line)) {
            throw new AssertionError((line == null ? "no line within " + LIMIT_S + " s\n" : "ended\n") + stderr());
        }
        return line;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isEnd(String line) {
        return line == END;
    }

    /** The next line on stdout that begins with {@code prefix}; lines before it are skipped. */
    String awaitLine(String prefix) throws InterruptedException {
        String line = awaitLine();
        while (!line.startsWith(prefix)) {
            line = awaitLine();
        }
        return line;
    }

    /** For {@code local}. */
    Addresses awaitReady() throws InterruptedException {
        String line = awaitLine();
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            throw new AssertionError("not ready but: " + line + "\n" + stderr());
        }
        return new Addresses(ready.group(1), ready.group(2));
    }

    /** Writes a line to standard input, which stays open. Blocks while the process has not read earlier lines. */
    void feed(String line) throws IOException {
        process.outputWriter(UTF_8).append(line).append('\n').flush();
    }

    void endInput() throws IOException {
        process.outputWriter(UTF_8).close();
    }

    /** The lines on stdout since the last call. */
    List<String> said() {
        var said = new ArrayList<String>();
        lines.drainTo(said);
        said.removeIf(TagweirProcess::isEnd);
        return said;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT_S + " s\n" + stderr());
        }
        return process.exitValue();
    }

    void terminate() {
        process.destroy();
    }

    /** @param name without {@code SIG} */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Sends SIGKILL and waits until the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String stderr() {
        try {
            return Files.readString(stderr);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        kill();
        Files.deleteIfExists(stderr);
    }
}
