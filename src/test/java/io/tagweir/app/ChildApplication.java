package io.tagweir.app;

import io.tagweir.app.run.Application;
import io.tagweir.app.settings.Settings;
import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import io.tagweir.topology.FakeStudent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program of a {@link Child}: an application with a fake student of {@link #PACE}, told by lines on stdin what to
 * do, each answered by one line on stdout. It ends with its stdin, so none outlives its test.
 */
final class ChildApplication {

    /** What a run of the student takes. */
    static final Duration PACE = Duration.ofMillis(5);

    /** The student takes the process down at this text, as native code or a kill would. */
    static final String DEADLY = "deadly";

    private ChildApplication() {}

    private record Deadly(Student student) implements Student {

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
            if (batch.stream().anyMatch(query -> query.text().equals(DEADLY))) {
                Runtime.getRuntime().halt(1);
            }
            return student.run(batch);
        }

        @Override
        public void close() {
            student.close();
        }
    }

    /**
     * Runs until stdin ends.
     *
     * @param args settings as {@code key=value}
     */
    public static void main(String[] args) throws IOException {
        Map<String, String> given = new TreeMap<>();
        for (var arg : args) {
            int sign = arg.indexOf('=');
            given.put(arg.substring(0, sign), arg.substring(sign + 1));
        }
        var settings = Settings.of(given);
        var student = new FakeStudent();
        var application = Application.around(
                settings,
                Site.PARTITIONS,
                settings.app().role().runsTail() ? new PacedStudent(new Deadly(student), PACE) : null,
                Clock.systemUTC());
        try (application;
                var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var command = commands.readLine(); command != null; command = commands.readLine()) {
                System.out.println(
                        switch (command) {
                            case "state" -> application.state().name();
                            case "tasks" ->
                                application.streams().metadataForLocalThreads().stream()
                                        .mapToInt(thread -> thread.activeTasks().size())
                                        .sum();
                            case "pending" ->
                                application.tail().map(tail -> tail.pending()).orElse(0);
                            case "missing" ->
                                application.meters().queries().figures().missing();
                            case "commits" ->
                                application.streams().metrics().values().stream()
                                        .filter(metric -> metric.metricName()
                                                        .name()
                                                        .equals("commit-total")
                                                && metric.metricName().group().equals("stream-thread-metrics"))
                                        .mapToInt(metric -> ((Number) metric.metricValue()).intValue())
                                        .sum();
                            case "hold" -> {
                                student.hold();
                                yield "held";
                            }
                            default -> "unknown: " + command;
                        });
            }
        }
    }
}
