package io.tagweir.app.bench;

import io.tagweir.app.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A broker and a registry in a process of their own ({@code tagweir local}), which keeps their processor time out of
 * the measurements. The process ends with this one at the latest.
 */
record BenchBroker(Process process, String bootstrapServers, String registryUrl) implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready: broker (\\S+), schema registry (\\S+)");

    /**
     * Returns once clients can connect.
     *
     * @param main the class with the command line's main method
     */
    static BenchBroker start(Class<?> main, Path dir, int partitions) throws IOException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms256m", "-Xmx512m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), "local"));
        command.addAll(List.of("--dir", dir.toString(), "--partitions", Integer.toString(partitions)));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-bench-broker"));
        var lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var ready = READY.matcher(line);
            if (ready.find()) {
                return new BenchBroker(process, ready.group(1), ready.group(2));
            }
        }
        throw new Refusal("the broker of the benchmark did not start; see its output above");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
