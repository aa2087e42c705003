package io.tagweir.app.bench;

import io.tagweir.app.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
final class BenchBroker implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready: broker (\\S+), schema registry (\\S+)");

    private final Process process;
    private final Thread hook;
    private final String bootstrapServers;
    private final String registryUrl;

    private BenchBroker(Process process, Thread hook, String bootstrapServers, String registryUrl) {
        this.process = process;
        this.hook = hook;
        this.bootstrapServers = bootstrapServers;
        this.registryUrl = registryUrl;
    }

    /**
     * Returns once clients can connect.
     *
     * @param main the class with the command line's main method
     */
    static BenchBroker start(Class<?> main, Path dir, int partitions) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "local",
                "--dir",
                dir.toString(),
                "--partitions",
                Integer.toString(partitions)));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var hook = new Thread(process::destroyForcibly, "kill-bench-broker");
        Runtime.getRuntime().addShutdownHook(hook);
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var ready = READY.matcher(line);
            if (ready.find()) {
                return new BenchBroker(process, hook, ready.group(1), ready.group(2));
            }
        }
        throw new Refusal("the broker of the benchmark did not start; see its output above");
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    String registryUrl() {
        return registryUrl;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
