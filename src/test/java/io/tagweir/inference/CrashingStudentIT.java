package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A student that takes the process down, in processes that really die. Each is given the same queries, as the ledger
 * would.
 */
class CrashingStudentIT {

    private static final int KILLED = 137;
    /** Ends as soon as there are eight. */
    private static final String EIGHT_TOGETHER = "linger=1000";

    private static final List<String> TWO_THREADS = List.of("threads=2", EIGHT_TOGETHER);
    private static final String BLAMED = "the student failed: the process died while it ran";

    @TempDir
    private Path dir;

    /** How a process ended, and what it said. */
    private record Ended(int code, List<String> said) {

        List<String> runs() {
            return said.stream().filter(line -> line.startsWith("run ")).toList();
        }
    }

    /**
     *
     *
     * <pre>
     *   process 1:  two threads run eight each, one of them segv ─► dies; sixteen suspects
     *   process 2:  one after the other, until segv ─► dies
     *   process 3:  segv is FALLBACK, the others are answered
     * </pre>
     */
    @Test
    void queryThatCrashesNativeCodeTakesTheProcessDownTwiceAndHarmsNoOther() {
        var texts =
                new ArrayList<>(IntStream.range(0, 15).mapToObj(i -> "q" + i).toList());
        texts.add(7, "segv");
        var first = run("a@1", TWO_THREADS, texts);
        assertThat(first.code()).isNotZero();
        assertThat(first.runs()).hasSizeBetween(1, 2).allMatch(run -> run.split(",").length == 8);
        var second = run("a@1", TWO_THREADS, texts);
        assertThat(second.code()).isNotZero();
        assertThat(second.runs()).contains("run segv");
        var third = run("a@1", TWO_THREADS, texts);
        assertThat(third.code()).isZero();
        assertThat(third.said())
                .contains("segv = " + BLAMED, "blamed 1")
                .noneMatch(line -> line.matches("run .*segv.*"));
        assertThat(third.said().stream().filter(line -> line.endsWith(" = answered")))
                .hasSize(15);
    }

    @Test
    void blameOutlastsTheNextStartAndHoldsForThatStudentAlone() {
        run("a@1", List.of(), List.of("segv"));
        run("a@1", List.of(), List.of("segv"));
        for (int start = 0; start < 2; start++) {
            assertThat(run("a@1", List.of(), List.of("segv")).said()).contains("segv = " + BLAMED);
        }
        assertThat(run("a@2", List.of(), List.of("segv")).code()).isNotZero();
    }

    @Test
    void whatRanAsTheProcessWasKilledRunsByItselfOnceAndIsThenAsAnyOther() {
        var texts = List.of("a", "b", "c", "d", "e", "f", "g");
        var oneThread = List.of("threads=1", EIGHT_TOGETHER);
        var killed = run(
                "a@1",
                oneThread,
                Stream.concat(texts.stream(), Stream.of("kill")).toList());
        assertThat(killed.code()).isEqualTo(KILLED);
        var eight = Stream.concat(texts.stream(), Stream.of("h")).toList();
        assertThat(run("a@1", oneThread, eight).runs())
                .containsExactly("run h", "run a", "run b", "run c", "run d", "run e", "run f", "run g");
        assertThat(run("a@1", oneThread, eight).runs()).containsExactly("run " + String.join(",", eight));
    }

    @Test
    void queryIsBlamedAfterAsManyDeathsAsAreAllowed() {
        var three = List.of("deaths=3");
        for (int death = 0; death < 3; death++) {
            assertThat(run("a@1", three, List.of("segv")).code()).isNotZero();
        }
        assertThat(run("a@1", three, List.of("segv")).said()).contains("segv = " + BLAMED);
    }

    private Ended run(String student, List<String> settings, List<String> texts) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + dir.resolve("hs_err.log"),
                "-cp",
                System.getProperty("java.class.path"),
                CrashingProcess.class.getName(),
                dir.resolve("runs").toString(),
                student));
        command.addAll(settings);
        command.add("--");
        command.addAll(texts);
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), Arrays.asList(said.split("\n")));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
