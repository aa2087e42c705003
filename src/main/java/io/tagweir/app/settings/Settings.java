package io.tagweir.app.settings;

import io.tagweir.head.HeadSettings;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.roster.RosterSettings;
import io.tagweir.setting.Setting;
import io.tagweir.snapshot.SnapshotSettings;
import io.tagweir.student.StudentSettings;
import io.tagweir.tail.TailSettings;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.Utf8;
import io.tagweir.text.WellFormed;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.TopicSerdes;
import io.tagweir.topology.Topics;
import io.tagweir.wire.WireConfig;
import io.tagweir.wire.WireSerdes;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * All settings of the application: gathered from the rooms that own them, read, and checked as a whole.
 *
 * <p>A setting comes from, the later the stronger: its default; the file of {@code --config}; the environment, where
 * {@code TAGWEIR_BOOTSTRAP_SERVERS} means {@code bootstrap.servers}; {@code --set key=value}. What begins with
 * {@code kafka.} is handed to Kafka Streams and its clients as it stands, without that word.
 *
 * @param limits of records
 * @param kafka settings for Kafka Streams and its clients
 * @param wire settings for the serdes and the schema registry
 */
public record Settings(
        AppSettings app,
        StreamsSettings streams,
        ConsoleSettings console,
        Topics topics,
        RecordLimits limits,
        SnapshotSettings snapshots,
        HeadSettings head,
        TailSettings tail,
        StudentSettings student,
        RosterSettings roster,
        Map<String, Object> kafka,
        Map<String, Object> wire) {

    static final String ENVIRONMENT = "TAGWEIR_";
    public static final String KAFKA = "kafka.";

    private static final String MAX_REQUEST_SIZE = ProducerConfig.MAX_REQUEST_SIZE_CONFIG;

    /** Kafka's own. */
    private static final int DEFAULT_MAX_REQUEST_BYTES = 1 << 20;

    /** Variables of the launcher, which name no setting. */
    private static final Set<String> LAUNCHER = Set.of("TAGWEIR_JAVA_OPTS", "TAGWEIR_MVN_OPTS", "TAGWEIR_LOG_LEVEL");

    /** Every setting, by what it is about. */
    public static Map<String, List<Setting<?>>> sections() {
        var sections = new LinkedHashMap<String, List<Setting<?>>>();
        sections.put("The application and its cluster", AppSettings.settings());
        sections.put("Kafka Streams", StreamsSettings.settings());
        sections.put("Topics and records", joined(Topics.settings(), RecordLimits.settings()));
        sections.put("The head, and the queries it takes", HeadSettings.settings());
        sections.put("Snapshots", SnapshotSettings.settings());
        sections.put("The tail", TailSettings.settings());
        sections.put("The student", joined(StudentSettings.settings(), RosterSettings.settings()));
        sections.put("The console", ConsoleSettings.settings());
        sections.put("Serdes and the schema registry", WireConfig.settings());
        return sections;
    }

    private static List<Setting<?>> joined(List<Setting<?>> some, List<Setting<?>> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** The definition of every setting: key, type, default, range, documentation. */
    public static ConfigDef definition() {
        return Setting.definition(
                sections().values().stream().<Setting<?>>flatMap(List::stream).toList());
    }

    /** Reads the settings of a properties file, of the environment and of the command line, the later the stronger. */
    public static Map<String, String> gather(
            @Nullable Path file, Map<String, String> environment, Map<String, String> set) {
        var given = new TreeMap<String, String>();
        if (file != null) {
            given.putAll(properties(file));
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT) && !LAUNCHER.contains(name)) {
                given.put(key(name), value);
            }
        });
        given.putAll(set);
        return given;
    }

    /** The setting an environment variable stands for. */
    public static String key(String variable) {
        return variable.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The environment variable that stands for a setting. */
    public static String variable(String key) {
        return ENVIRONMENT + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    public static Map<String, String> properties(Path file) {
        var properties = new Properties();
        try {
            byte[] bytes = Files.readAllBytes(file);
            properties.load(new StringReader(new Utf8().decode(bytes, bytes.length)));
        } catch (NoSuchFileException e) {
            throw new RefusedException("there is no file " + file);
        } catch (IOException | InvalidInputException | IllegalArgumentException e) {
            throw new RefusedException("can't read " + file + ": " + Reason.of(e));
        }
        var read = new TreeMap<String, String>();
        properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
        return read;
    }

    /**
     * Settings of earlier releases are read as {@link OldSettings} says.
     *
     * @throws RefusedException with every unknown key and every invalid value
     */
    public static Settings of(Map<String, String> given) {
        var definition = definition();
        var kafka = new HashMap<String, Object>();
        var own = new HashMap<String, String>();
        var old = OldSettings.read(given);
        var problems = new ArrayList<>(old.problems());
        old.given().forEach((key, value) -> {
            WellFormed.problem(value).ifPresent(problem -> problems.add("the setting " + key + " " + problem));
            if (key.startsWith(KAFKA)) {
                kafka.put(key.substring(KAFKA.length()), value);
            } else if (definition.names().contains(key)) {
                own.put(key, value);
            } else {
                problems.add("unknown setting " + key
                        + NearestName.of(key, definition.names())
                                .map(name -> "; did you mean " + name + "?")
                                .orElse(""));
            }
        });
        definition.validateAll(own).values().stream()
                // A value that can't be parsed also counts as absent; the first message is the one to show.
                .flatMap(setting -> setting.errorMessages().stream().limit(1))
                .forEach(problems::add);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return parsed(definition, own, kafka, problems);
    }

    private static Settings parsed(
            ConfigDef definition, Map<String, String> own, Map<String, Object> kafka, List<String> problems) {
        try {
            var config = new AbstractConfig(definition, own, false);
            int maxRequest = maxRequestBytes(kafka);
            var read = new Settings(
                    AppSettings.of(config),
                    StreamsSettings.of(config),
                    ConsoleSettings.of(config),
                    Topics.of(config),
                    RecordLimits.of(config, maxRequest),
                    SnapshotSettings.of(config),
                    HeadSettings.of(config),
                    TailSettings.of(config),
                    StudentSettings.of(config),
                    RosterSettings.of(config),
                    Map.copyOf(kafka),
                    wire(config, own));
            read.sizeProblem(maxRequest).ifPresent(problems::add);
            if (!problems.isEmpty()) {
                throw new RefusedException(problems);
            }
            return read;
        } catch (IllegalArgumentException | ConfigException e) {
            problems.add(e.getMessage());
            throw new RefusedException(problems);
        }
    }

    private static Map<String, Object> wire(AbstractConfig config, Map<String, String> own) {
        var wire = new HashMap<String, Object>();
        WireConfig.settings().stream()
                .map(Setting::key)
                .filter(own::containsKey)
                .forEach(key -> wire.put(key, own.get(key)));
        wire.put(WireConfig.URL, String.join(",", config.getList(WireConfig.URL)));
        return Map.copyOf(wire);
    }

    /** The same for a student that was found to run on a GPU, whose session one thread feeds. */
    public Settings forGpu() {
        return new Settings(
                app,
                streams,
                console,
                topics,
                limits,
                snapshots,
                head,
                tail.withOneDispatcher(),
                student,
                roster,
                kafka,
                wire);
    }

    /** Most bytes of a record that the application's producers send. */
    public int maxRequestBytes() {
        return maxRequestBytes(kafka);
    }

    private static int maxRequestBytes(Map<String, Object> kafka) {
        return Stream.of(StreamsConfig.producerPrefix(MAX_REQUEST_SIZE), MAX_REQUEST_SIZE)
                .map(kafka::get)
                .filter(Objects::nonNull)
                .map(given -> (Integer) ConfigDef.parseType(MAX_REQUEST_SIZE, given, ConfigDef.Type.INT))
                .findFirst()
                .orElse(DEFAULT_MAX_REQUEST_BYTES);
    }

    /** What is accepted must fit into a record again, whatever is written because of it. */
    private Optional<String> sizeProblem(int maxRequest) {
        long output = limits.largestOutput(head);
        return output <= maxRequest
                ? Optional.empty()
                : Optional.of("a query may lead to a record of " + output + " bytes, and " + KAFKA + MAX_REQUEST_SIZE
                        + " is " + maxRequest + "; lower " + RecordLimits.MAX_BYTES
                        + " or query.max.code.points, or raise " + KAFKA + MAX_REQUEST_SIZE);
    }

    /** The serdes of all topics. */
    public TopicSerdes serdes() {
        return TopicSerdes.of(new WireSerdes(wire));
    }

    /** How a plain Kafka client reaches the cluster. */
    public Map<String, Object> clientConfig() {
        var config = new HashMap<>(kafka);
        config.put("bootstrap.servers", app.bootstrapServers());
        return config;
    }
}
