package io.tagweir.app;

import io.tagweir.app.settings.Settings;
import io.tagweir.app.student.Students;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tagweir.student.StudentSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker/gpu-bench.sh} where there is no GPU, and what {@code bench} says to one that is missing. */
final class GpuBenchTest {

    private static final Path SCRIPT = Path.of("docker/gpu-bench.sh");
    private static final String STUDENT = StudentSettings.PACKAGED.toString();

    @TempDir
    private Path dir;

    @Test
    void scriptIsWellFormedAndNamesSettingsThatThereAre() throws Exception {
        assertThat(run(List.of("bash", "-n", SCRIPT.toString())).code()).isZero();
        var names = Pattern.compile("--set ([a-z.]+)=")
                .matcher(Files.readString(SCRIPT))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(names).hasSizeGreaterThan(4);
        assertThat(Settings.definition().names()).containsAll(names);
    }

    @Test
    void driverWithoutAGpuIsRefusedWithWhatItSays() throws Exception {
        var refused = script("echo 'NVIDIA-SMI has failed' ; exit 9", STUDENT);
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("no GPU can be used here").contains("NVIDIA-SMI has failed");
    }

    @Test
    void directoryThatHoldsNoModelIsRefused() throws Exception {
        var refused = script("echo 'GPU 0: made up'", "docker");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("has no model.onnx");
    }

    @Test
    void benchmarkOfAGpuDoesNotRunOnTheCpu() {
        var problems = new ArrayList<String>();
        try (var student =
                Students.load(Settings.of(Map.of("student.device", "gpu")).student(), problems)) {
            assumeTrue(student != null && student.fallback().isPresent(), "there is a GPU here");
        }
        var refused = CommandResult.of("bench", "student", "--set", "student.device=gpu");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).anyMatch(line -> line.contains("student.device is gpu, but no GPU is available"));
    }

    private record Ended(int code, String err) {}

    /** Runs the script with an {@code nvidia-smi} that behaves as the test sets. */
    private Ended script(String nvidia, String model) throws IOException, InterruptedException {
        var fake = dir.resolve("nvidia-smi");
        Files.writeString(fake, "#!/bin/sh\n" + nvidia + "\n");
        assertThat(fake.toFile().setExecutable(true)).isTrue();
        return run(
                List.of("bash", SCRIPT.toString(), model, dir.resolve("reports").toString()));
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        var err = dir.resolve("err").toFile();
        var builder = new ProcessBuilder(command).redirectError(err);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().merge("PATH", dir.toString(), (path, fakes) -> fakes + ":" + path);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(err.toPath(), StandardCharsets.UTF_8));
    }
}
