package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.app.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void fileIsOneThatRunTakesAndTellsWhatItWasFoundFrom() throws IOException {
        var file = directory.resolve("calibrated.properties");
        var report = directory.resolve("report.json");
        assertThat(calibrate("--seconds", "2", "--out", file.toString(), "--report", report.toString()))
                .isZero();
        var properties = Settings.properties(file);
        assertThat(properties)
                .containsOnlyKeys(
                        "tail.threads",
                        "tail.sub.batch.queries",
                        "tail.sub.batch.tokens",
                        "tail.capacity.queries.per.second");
        var batch = Settings.of(properties).tail().batch();
        assertThat(batch.threads()).isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(batch.capacity()).isGreaterThan(10);
        assertThat(batch.maxTokens()).isGreaterThanOrEqualTo(4 * batch.maxQueries());
        assertThat(Files.readString(file)).contains("# queryner-minilm3-int8@", "cores,", "<- picked");
        assertThat(out.toString()).contains("queries/run", "<- picked", "run --config " + file);
        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("figures").size()).isPositive().isEqualTo(rows());
        assertThat(json.path("settings").path("tail.threads").asInt()).isEqualTo(batch.threads());
    }

    @Test
    void withoutAFileWhatIsPrintedIsOneThatRunTakes() throws IOException {
        assertThat(calibrate("--seconds", "2")).isZero();

        var properties = Settings.properties(Files.writeString(directory.resolve("printed"), out.toString()));
        assertThat(Settings.of(properties).tail().batch().capacity()).isGreaterThan(10);
        assertThat(out.toString()).contains("<- picked");
        assertThat(Path.of("calibrated.properties")).doesNotExist();
    }

    @Test
    void brokenStudentIsRefusedWithItsProblemsAndNothingIsWritten() {
        var file = directory.resolve("none.properties");
        assertThat(calibrate("--student", directory.toString(), "--out", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString().split("\n"))
                .hasSize(3)
                .allMatch(line -> line.startsWith("tagweir: the model directory"));
        assertThat(file).doesNotExist();
    }

    @Test
    void wrongTimeAndFileWithoutQueriesAreRefused() throws IOException {
        assertThat(calibrate("--seconds", "1")).isEqualTo(2);
        var blank = Files.writeString(directory.resolve("blank.txt"), "\n \n");
        assertThat(calibrate("--queries", blank.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--seconds is 1", "blank.txt has no query");
    }

    /** Lines of the table that begin with a number of threads, the comparison left out. */
    private long rows() {
        return out.toString()
                .lines()
                .filter(line -> line.matches(" +\\d+ +\\d+ +\\d+ +[\\d.]+ +\\d+.*"))
                .count();
    }

    private int calibrate(String... options) {
        List<String> arguments = new ArrayList<>(List.of("calibrate"));
        arguments.addAll(Arrays.asList(options));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
