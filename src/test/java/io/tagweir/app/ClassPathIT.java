package io.tagweir.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tagweir.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged class paths: {@code target/lib} for everything, {@code target/lib/local} for what starts a broker. */
class ClassPathIT {

    private static final Path JAR = Path.of("target/tagweir.jar");
    private static final Path LIB = Path.of("target/lib");
    private static final Path LOCAL = LIB.resolve("local");
    private static final String CLASS_PATH = JAR + ":" + LIB + "/*";

    @TempDir
    private Path dir;

    @Test
    void kafkasServerAndScalaAreInLibLocalOnly() throws IOException {
        assertThat(classes(LOCAL)).contains("kafka.server.KafkaRaftServer", "scala.Option");
        assertThat(artifacts(LIB))
                .contains("kafka-clients", "kafka-streams")
                .noneMatch(artifact -> artifact.startsWith("scala-")
                        || artifact.startsWith("kafka_")
                        || artifact.startsWith("kafka-")
                                && !Set.of("kafka-clients", "kafka-streams").contains(artifact))
                .doesNotContainAnyElementsOf(artifacts(LOCAL));
    }

    /** So it does not matter in which order the JVM expands {@code lib/*}. */
    @Test
    void noClassIsInTwoJars() throws IOException {
        var owners = new HashMap<String, Path>();
        for (var folder : List.of(LIB, LOCAL)) {
            for (var jar : jars(folder)) {
                for (var name : classesOf(jar)) {
                    assertThat(owners.put(name, jar)).as(name + " in " + jar).isNull();
                }
            }
        }
    }

    /** A class of a jar that is missing in production would fail there, at its first use. */
    @Test
    void onlyTheEmbeddedBrokerUsesLibLocal() throws IOException {
        var onlyLocal = classes(LOCAL);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tagweir.local..")
                .should()
                .dependOnClassesThat(describe("are in lib/local", (JavaClass one) -> onlyLocal.contains(one.getName())))
                .check(new ClassFileImporter().importPath(Path.of("target/classes")));
    }

    @Test
    void applicationRunsWithoutTheBrokersJars() throws Exception {
        try (var cluster = LocalCluster.start(LocalCluster.Options.throwaway())) {
            var addresses =
                    List.of("--bootstrap-server", cluster.bootstrapServers(), "--registry", cluster.registryUrl());
            try (var run = packaged(
                    addresses, "run", "--create-topics", "--set", "console.port=0", "--set", "state.dir=" + dir)) {
                assertThat(run.awaitLine()).as(run.stderr()).startsWith("ready: ");
                try (var query =
                        packaged(addresses, "query", "--timeout-ms", "60000", "red waterproof running shoes")) {
                    assertThat(query.awaitLine()).as(query.stderr()).contains("\"source\":\"STUDENT\"");
                    assertThat(query.awaitExit()).isZero();
                }
                run.terminate();
                assertThat(run.awaitExit()).as(run.stderr()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "local", "bench"})
    void commandThatStartsABrokerSaysWhatIsMissing(String command) throws Exception {
        try (var refused = packaged(List.of(), command)) {
            assertThat(refused.awaitExit()).isEqualTo(2);
            assertThat(refused.stderr().lines())
                    .singleElement()
                    .asString()
                    .startsWith("tagweir: " + command + " starts a Kafka broker, and this installation has none");
        }
    }

    /** Each of these takes more time to load than the JVM needs to start. */
    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help", "snapshot --help", "run --help", "--unknown", "unknown"})
    void helpVersionAndUsageErrorsLoadNoKafkaAvroOrLogging(String arguments) throws Exception {
        var log = dir.resolve("classes.log");
        try (var command = TagweirProcess.start(
                CLASS_PATH, List.of("-Xlog:class+load:file=" + log), Main.class, List.of(arguments.split(" ")))) {
            assertThat(command.awaitExit()).isEqualTo(arguments.contains("unknown") ? 2 : 0);
        }
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("picocli.CommandLine "))
                .noneMatch(line -> line.contains("org.apache.avro.Schema ")
                        || line.contains("com.fasterxml.jackson.databind.ObjectMapper ")
                        || line.contains("ch.qos.logback.")
                        || line.contains("org.slf4j.")
                        || line.contains("org.apache.kafka.common.config.ConfigDef ")
                        || line.contains("org.rocksdb.")
                        || line.contains(" ai."));
    }

    /** A process on the production class path. */
    private static TagweirProcess packaged(List<String> options, String... words) throws IOException {
        var arguments = new ArrayList<>(List.of(words));
        arguments.addAll(1, options);
        return TagweirProcess.start(
                CLASS_PATH,
                List.of("-Xmx384m", "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"),
                Main.class,
                arguments);
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    /** The jars' names without their versions. */
    private static Set<String> artifacts(Path folder) throws IOException {
        return jars(folder).stream()
                .map(jar -> jar.getFileName().toString().replaceAll("-\\d[^-]*\\.jar$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> classes(Path folder) throws IOException {
        var classes = new TreeSet<String>();
        for (var jar : jars(folder)) {
            classes.addAll(classesOf(jar));
        }
        return classes;
    }

    private static List<String> classesOf(Path jar) throws IOException {
        try (var opened = new JarFile(jar.toFile())) {
            return opened.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class")
                            && !name.startsWith("META-INF/")
                            && !name.equals("module-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }
}
