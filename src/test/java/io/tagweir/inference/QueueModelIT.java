package io.tagweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In no interleaving that the model checker tries is a request left behind, taken twice or miscounted. */
class QueueModelIT {

    @ParameterizedTest
    @CsvSource({"wake-ups, 1000", "claims, 100"})
    void holdsInEveryInterleavingThatIsTried(String scenario, String interleavings) throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        Stream.of("java.lang", "java.util", "java.util.concurrent", "java.util.concurrent.atomic")
                .forEach(opened -> command.addAll(List.of("--add-opens", "java.base/" + opened + "=ALL-UNNAMED")));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), QueueModel.class.getName(), scenario, interleavings));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
