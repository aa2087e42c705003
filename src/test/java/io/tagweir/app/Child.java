package io.tagweir.app;

import io.tagweir.app.command.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link ChildApplication} in a process of its own, seen from the test that started it. */
final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** @param log takes what the process says on stderr */
    static Child start(Map<String, String> given, Path log) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChildApplication.class.getName()));
        given.forEach((key, value) -> command.add(key + "=" + value));
        File stderr = log.toFile();
        return new Child(new ProcessBuilder(command).redirectError(stderr).start(), log);
    }

    String ask(String command) {
        commands.println(command);
        try {
            var answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError("the process has ended: " + Files.readString(log));
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until it runs and has tasks to work at. */
    void awaitWork() {
        Await.until(
                "a process to get its share of the tasks",
                Site.PATIENCE,
                () -> ask("state").equals("RUNNING") && Integer.parseInt(ask("tasks")) > 0);
    }

    int pending() {
        return Integer.parseInt(ask("pending"));
    }

    /** Queries that came in and can't be found. */
    long missing() {
        return Long.parseLong(ask("missing"));
    }

    /** How often its stream thread has committed. */
    int commits() {
        return Integer.parseInt(ask("commits"));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: it gets no chance to commit or to say goodbye. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the process survived its killing");
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
