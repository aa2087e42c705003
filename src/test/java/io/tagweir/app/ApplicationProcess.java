package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.settings.Settings;
import static io.tagweir.testing.Eventually.await;

import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import io.tagweir.testing.FakeStudent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * An application with a fake student of {@link #PACE} in a process of its own. The test sends it commands as lines on
 * stdin; each is answered by one line on stdout. The process ends when stdin does, so none outlives its test.
 */
final class ApplicationProcess implements AutoCloseable {

    /** How long a run of the student takes. */
    static final Duration PACE = Duration.ofMillis(5);

    /** The text at which the student halts the process, as a crash of native code would. */
    static final String CRASH = "deadly";

    private final TagweirProcess process;

    private ApplicationProcess(TagweirProcess process) {
        this.process = process;
    }

    /** @param settings lines of {@code key=value} */
    static ApplicationProcess start(List<String> settings) {
        try {
            return new ApplicationProcess(TagweirProcess.start(
                    System.getProperty("java.class.path"),
                    List.of("-Xmx256m", "-XX:+UseSerialGC"),
                    ApplicationProcess.class,
                    settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs in the process, until stdin ends. */
    public static void main(String[] args) throws IOException {
        var settings = Settings.of(Deployment.parse(args));
        var student = new FakeStudent();
        var application = Application.around(
                settings,
                Deployment.PARTITIONS,
                settings.app().role().runsTail() ? new PacedStudent(new CrashingStudent(student), PACE) : null,
                Clock.systemUTC());
        try (application;
                var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var command = commands.readLine(); command != null; command = commands.readLine()) {
                System.out.println(
                        switch (command) {
                            case "state" -> application.state();
                            case "tasks" ->
                                application.streams().metadataForLocalThreads().stream()
                                        .mapToInt(thread -> thread.activeTasks().size())
                                        .sum();
                            case "pending" ->
                                application.tail().map(tail -> tail.pending()).orElse(0);
                            case "missing" ->
                                application.meters().queries().figures().missing();
                            case "commits" -> commits(application);
                            case "hold" -> {
                                student.hold();
                                yield "held";
                            }
                            default -> "unknown: " + command;
                        });
            }
        }
    }

    private static int commits(Application application) {
        return application.streams().metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("commit-total")
                        && metric.metricName().group().equals("stream-thread-metrics"))
                .mapToInt(metric -> ((Number) metric.metricValue()).intValue())
                .sum();
    }

    private record CrashingStudent(Student student) implements Student {

        @Override
        public String id() {
            return student.id();
        }

        @Override
        public EncodedQuery encode(String canonical) {
            return student.encode(canonical);
        }

        @Override
        public List<Tagging> run(List<EncodedQuery> batch) {
            if (batch.stream().anyMatch(query -> query.text().equals(CRASH))) {
                Runtime.getRuntime().halt(1);
            }
            return student.run(batch);
        }

        @Override
        public void close() {
            student.close();
        }
    }

    private String ask(String command) {
        try {
            process.feed(command);
            return process.awaitLine();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(process.stderr(), e);
        }
    }

    /** Waits until it runs and has tasks. */
    void awaitTasks() {
        await("tasks", () -> ask("state").equals("RUNNING") && Integer.parseInt(ask("tasks")) > 0);
    }

    /** Holds every run of the student from now on. */
    void holdStudent() {
        ask("hold");
    }

    int pending() {
        return Integer.parseInt(ask("pending"));
    }

    /** Queries that were read and are neither answered nor pending. */
    long missing() {
        return Long.parseLong(ask("missing"));
    }

    /** Commits of its stream thread so far. */
    int commits() {
        return Integer.parseInt(ask("commits"));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException, IOException {
        process.close();
    }
}
