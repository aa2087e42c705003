package io.tagweir.app;

import io.tagweir.app.settings.Settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.student.StudentSettings;
import io.tagweir.topology.Role;
import io.tagweir.topology.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What the files in {@code docker/} say of settings, ports, topics and paths is what the code means by them. Nothing is
 * run. The YAML parser is the one that comes with the broker.
 */
class DockerTest {

    private static final Map<String, ?> COMPOSE = compose();
    private static final String DOCKERFILE = read(Path.of("docker/Dockerfile"));

    @ParameterizedTest
    @ValueSource(strings = {"head", "tail"})
    void serviceRunsTheRoleItIsNamedForWithSettingsThatAreAccepted(String service) {
        var settings = settings(service);
        assertThat(settings.app().role()).isEqualTo(Role.valueOf(service.toUpperCase(Locale.ROOT)));
        // Throws on an option that does not exist.
        Main.commandLine().parseArgs(strings(service(service), "command").toArray(String[]::new));
    }

    @Test
    void imageHasSettingsThatAreAccepted() {
        var image = Settings.of(Settings.gather(null, imageEnvironment(), Map.of()));
        assertThat(image.console().port()).isEqualTo(exposed()).isPositive();
        assertThat(DOCKERFILE).contains("/dev/tcp/127.0.0.1/" + exposed() + " ");
        assertThat(DOCKERFILE).contains("VOLUME " + image.streams().stateDir() + "\n");
        assertThat(DOCKERFILE)
                .contains("-o tagweir -g tagweir " + image.streams().stateDir() + "\n");
    }

    @Test
    void imageRunsAsAUserOfItsOwn() {
        assertThat(DOCKERFILE).contains("useradd --create-home --user-group --uid 10001 tagweir", "\nUSER tagweir\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "tail"})
    void consoleIsReachedThroughThePublishedPortAndTheStateIsKept(String service) {
        var settings = settings(service);
        assertThat(settings.console().host()).isEqualTo("0.0.0.0");
        assertThat(strings(service(service), "ports"))
                .singleElement()
                .asString()
                .endsWith(":" + settings.console().port());
        assertThat(settings.console().port())
                .as("the port of the image's health check")
                .isEqualTo(exposed());
        assertThat(strings(service(service), "volumes"))
                .singleElement()
                .asString()
                .endsWith(":" + settings.streams().stateDir());
    }

    @Test
    void noTwoServicesShareAPortOrAVolume() {
        var ports = new ArrayList<String>();
        var volumes = new ArrayList<String>();
        for (var name : map(COMPOSE, "services").keySet()) {
            strings(service(name), "ports").forEach(port -> ports.add(port.replaceAll(":\\d+$", "")));
            strings(service(name), "volumes").forEach(volume -> volumes.add(volume.replaceAll(":.*", "")));
        }
        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port.startsWith("127.0.0.1:"));
        assertThat(volumes).doesNotHaveDuplicates();
        assertThat(map(COMPOSE, "volumes").keySet()).hasSameElementsAs(volumes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "tail"})
    void brokerAndRegistryListenWhereTheyAreLookedFor(String service) {
        var settings = settings(service);
        var broker = environment("kafka");
        assertThat(broker.get("KAFKA_ADVERTISED_LISTENERS").split(","))
                .contains("INSIDE://" + settings.app().bootstrapServers());
        assertThat(broker.get("KAFKA_LISTENERS").split(","))
                .contains("INSIDE://:" + settings.app().bootstrapServers().replaceAll(".*:", ""));
        assertThat(environment("registry")).containsEntry("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "kafka:9092");
        var registry = URI.create(settings.wire().get("schema.registry.url").toString());
        assertThat(registry.getHost()).isEqualTo("registry");
        assertThat(environment("registry"))
                .containsEntry("SCHEMA_REGISTRY_LISTENERS", "http://0.0.0.0:" + registry.getPort());
        assertThat(service(service).get("depends_on").toString()).contains("kafka=", "registry=");
        assertThat(map(COMPOSE, "services").keySet())
                .containsAll(map(service(service), "depends_on").keySet());
    }

    /** Head and tail share a topic, and producers and consumers use the names of the contract. */
    @Test
    void topicsAreThoseOfTheContract() {
        assertThat(settings("head").topics()).isEqualTo(Topics.defaults());
        assertThat(settings("tail").topics()).isEqualTo(Topics.defaults());
        assertThat(settings("head").app().newPartitions())
                .isEqualTo(settings("tail").app().newPartitions());
    }

    @Test
    void jarsAreWhereThePomPutsThemAndTheStudentWhereItIsLookedFor() throws Exception {
        var pom = pom();
        var jar = "target/" + value(pom, "/project/build/finalName") + ".jar";
        var lib = value(pom, "//execution[id='lib']/configuration/outputDirectory")
                .replace("${project.build.directory}", "target");
        var home = found("ENTRYPOINT \\[\"(\\S+)/tagweir\"\\]").get(0);
        assertThat(found("COPY --from=build /build/(\\S+) ")).containsExactlyInAnyOrder(jar, lib);
        assertThat(found("COPY --from=build \\S+ (\\S+)"))
                .containsExactlyInAnyOrder(home + "/" + lib, home + "/" + jar);
        assertThat(found("COPY tagweir jvm.options (\\S+)")).containsExactly(home + "/");
        assertThat(read(Path.of("tagweir")))
                .contains(
                        "@$home/jvm.options",
                        "lib=\"$home/" + lib + "\"",
                        "class_path=\"$home/" + jar + ":$lib/*\"",
                        "with_broker=\"$class_path:$lib/local/*\"",
                        Main.class.getName());
        var local = value(pom, "//execution[id='lib-local']/configuration/outputDirectory")
                .replace("${project.build.directory}", "target");
        assertThat(local).isEqualTo(lib + "/local");
        assertThat(found("rm -r (\\S+)")).containsExactly(local);
        assertThat(found("COPY (src/main/student \\S+)"))
                .containsExactly("src/main/student " + home + "/src/main/student");
        assertThat(StudentSettings.PACKAGED)
                .startsWith(Path.of("src/main/student"))
                .exists();
        for (var copied : found("(?m)^COPY (?!--from)(\\S+) ")) {
            assertThat(Path.of(copied)).exists();
        }
    }

    @Test
    void versionsAreThoseOfThePom() throws Exception {
        var pom = pom();
        var images = map(COMPOSE, "x-images");
        assertThat(images.get("kafka")).isEqualTo("apache/kafka:" + value(pom, "/project/properties/kafka.version"));
        assertThat(images.get("registry"))
                .isEqualTo("confluentinc/cp-schema-registry:" + value(pom, "//properties/confluent.version"));
        assertThat(service("head").get("image")).isEqualTo("tagweir:" + value(pom, "/project/version"));
        var java = value(pom, "/project/properties/maven.compiler.release");
        assertThat(found("(?m)^FROM \\S*temurin[-:](\\d+)")).containsExactly(java, java);
    }

    private static Settings settings(String service) {
        var environment = new TreeMap<>(imageEnvironment());
        environment.putAll(environment(service));
        return Settings.of(Settings.gather(null, environment, Map.of()));
    }

    private static Map<String, String> imageEnvironment() {
        var environment = new TreeMap<String, String>();
        Pattern.compile("(?m)^(?:ENV|   ) ([A-Z_]+)=(\\S+)")
                .matcher(DOCKERFILE)
                .results()
                .forEach(set -> environment.put(set.group(1), set.group(2)));
        return environment;
    }

    private static int exposed() {
        return Integer.parseInt(found("(?m)^EXPOSE (\\d+)").get(0));
    }

    private static List<String> found(String pattern) {
        return Pattern.compile(pattern)
                .matcher(DOCKERFILE)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static Map<String, ?> service(String name) {
        return map(map(COMPOSE, "services"), name);
    }

    private static Map<String, String> environment(String service) {
        var environment = new TreeMap<String, String>();
        map(service(service), "environment").forEach((name, value) -> environment.put(name, String.valueOf(value)));
        return environment;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> map(Map<String, ?> from, String key) {
        return (Map<String, ?>) from.get(key);
    }

    private static List<String> strings(Map<String, ?> from, String key) {
        return from.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Map<String, ?> compose() {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(read(Path.of("docker/compose.yaml")));
    }

    private static Document pom() throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    }

    private static String value(Document pom, String path) throws Exception {
        var value = XPathFactory.newInstance().newXPath().evaluate(path, pom);
        assertThat(value).as(path).isNotBlank();
        return value;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
