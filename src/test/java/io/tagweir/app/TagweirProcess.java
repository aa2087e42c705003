package io.tagweir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command in a JVM of its own, on the class path of the test, so that it can be signalled and killed. */
final class TagweirProcess implements AutoCloseable {

    private static final int LIMIT_S = 60;
    private static final Pattern READY = Pattern.compile(".*ready: broker (\\S+), schema registry (\\S+)");

    private final Process process;
    private final Path stderr;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(1000);

    private TagweirProcess(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
        var reader = new Thread(this::readLines, "stdout-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void readLines() {
        try {
            process.inputReader().lines().forEach(lines::add);
        } catch (UncheckedIOException killed) {
            // What is to come of it is awaited by the test.
        }
    }

    static TagweirProcess start(String... arguments) throws IOException {
        return start(List.of("-Xmx256m"), arguments);
    }

    /** @param options for the JVM */
    static TagweirProcess start(List<String> options, String... arguments) throws IOException {
        return startOn(System.getProperty("java.class.path"), options, arguments);
    }

    static TagweirProcess startOn(String classPath, List<String> options, String... arguments) throws IOException {
        var command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(List.of(arguments));
        Path stderr = Files.createTempFile("tagweir-stderr-", ".txt");
        return new TagweirProcess(
                new ProcessBuilder(command).redirectError(stderr.toFile()).start(), stderr);
    }

    /** Where a started {@code local} can be reached. */
    record Addresses(String bootstrapServers, String registryUrl) {}

    /** The next line it says on stdout. */
    String awaitLine() throws InterruptedException {
        return String.valueOf(lines.poll(LIMIT_S, TimeUnit.SECONDS));
    }

    /** The next line it says on stdout that begins so; those before it are passed over. */
    String awaitLine(String prefix) throws InterruptedException {
        String line = awaitLine();
        while (!line.startsWith(prefix) && !line.equals("null")) {
            line = awaitLine();
        }
        return line;
    }

    Addresses awaitReady() throws InterruptedException {
        String line = awaitLine();
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            throw new AssertionError("not ready but: " + line + "\n" + stderr());
        }
        return new Addresses(ready.group(1), ready.group(2));
    }

    /** Writes a line to its standard input, which stays open; waits while the process has not read what was there. */
    void feed(String line) throws IOException {
        process.outputWriter(UTF_8).append(line).append('\n').flush();
    }

    /** Ends its standard input. */
    void endInput() throws IOException {
        process.outputWriter(UTF_8).close();
    }

    /** What it has said on stdout since it was last asked. */
    List<String> said() {
        var said = new ArrayList<String>();
        lines.drainTo(said);
        return said;
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

    /** As Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** SIGKILL, and the death awaited. */
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
