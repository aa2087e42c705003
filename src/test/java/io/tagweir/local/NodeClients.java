package io.tagweir.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Producers and consumers that share no code with Tagweir: the scripts of {@code src/test/node}, each run as a process.
 * A test that asks for them is skipped, with the reason, where Node or npm is missing.
 */
public final class NodeClients {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCRIPTS = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");
    private static final List<String> FILES = List.of(
            "package.json", "package-lock.json", ".npmrc", "arguments.js", "registries.js", "produce.js", "consume.js");

    private NodeClients() {}

    /** Whose client of the registry encodes and decodes. */
    public enum Registry {
        KAFKAJS,
        CONFLUENT;

        String option() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Copies the scripts below {@code target} and fetches what they need, unless that has been done for this lock file.
     */
    public static NodeClients install() throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            boolean there = isThere(program);
            if (!there) {
                System.err.println("skipped: " + program + " is not on the path");
            }
            assumeTrue(there, program + " is not on the path");
        }
        Files.createDirectories(INSTALLED);
        Path done = INSTALLED.resolve("installed-lock.json");
        boolean stale = !Files.exists(done) || Files.mismatch(done, SCRIPTS.resolve("package-lock.json")) >= 0;
        for (String file : FILES) {
            Files.copy(SCRIPTS.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (stale) {
            run("", 300, List.of("npm", "ci", "--prefer-offline"));
            Files.copy(SCRIPTS.resolve("package-lock.json"), done, StandardCopyOption.REPLACE_EXISTING);
        }
        return new NodeClients();
    }

    /**
     * Writes records, each {@code {"key", "headers", "timestamp", "value"}}, and returns once the broker has them.
     *
     * @param schema file of the Avro schema that the value is registered and written with
     * @return {@code {"partition", "offset"}} of each
     */
    public List<JsonNode> produce(
            Registry client, LocalCluster cluster, String topic, Path schema, List<? extends JsonNode> records)
            throws IOException, InterruptedException {
        String lines =
                String.join("\n", records.stream().map(JsonNode::toString).toList());
        var command = command("produce.js", client, cluster, topic);
        command.addAll(List.of("--schema", schema.toAbsolutePath().toString()));
        List<JsonNode> written = run(lines, 60, command);
        assertThat(written).hasSameSizeAs(records);
        return written;
    }

    /** Reads the first {@code count} records of a topic, each {@code {"key", "headers", "timestamp", "value"}}. */
    public List<JsonNode> consume(Registry client, LocalCluster cluster, String topic, int count)
            throws IOException, InterruptedException {
        var command = command("consume.js", client, cluster, topic);
        command.addAll(List.of("--count", Integer.toString(count)));
        return run("", 60, command);
    }

    private static List<String> command(String script, Registry client, LocalCluster cluster, String topic) {
        return new ArrayList<>(List.of(
                "node",
                script,
                "--client",
                client.option(),
                "--bootstrap",
                cluster.bootstrapServers(),
                "--registry",
                cluster.registryUrl(),
                "--topic",
                topic));
    }

    /** Runs a command to its end; its stdout is lines of JSON where it is one of ours. */
    private static List<JsonNode> run(String stdin, int limitSeconds, List<String> command)
            throws IOException, InterruptedException {
        Path in = Files.writeString(Files.createTempFile("node-in-", ".txt"), stdin);
        Path out = Files.createTempFile("node-out-", ".txt");
        Path err = Files.createTempFile("node-err-", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(INSTALLED.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
            assertThat(ended && process.exitValue() == 0)
                    .as(() -> command + (ended ? " failed" : " still ran after " + limitSeconds + " s") + "\n"
                            + text(out) + text(err))
                    .isTrue();
            try (Stream<String> lines = Files.lines(out)) {
                return lines.filter(line -> line.startsWith("{"))
                        .map(NodeClients::json)
                        .toList();
            }
        } finally {
            process.destroyForcibly();
            for (Path file : List.of(in, out, err)) {
                Files.delete(file);
            }
        }
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notFound) {
            return false;
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException notJson) {
            throw new AssertionError(line, notJson);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
