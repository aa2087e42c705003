package io.tagweir.app;

import io.tagweir.head.HeadSettings;
import io.tagweir.reason.Reason;
import io.tagweir.roster.RosterSettings;
import io.tagweir.snapshot.SnapshotSettings;
import io.tagweir.student.StudentSettings;
import io.tagweir.tail.TailSettings;
import io.tagweir.text.InvalidInputException;
import io.tagweir.text.Utf8;
import io.tagweir.text.WellFormed;
import io.tagweir.topology.RecordLimits;
import io.tagweir.topology.Topics;
import io.tagweir.wire.WireConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
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
    static final String KAFKA = "kafka.";

    private static final String MAX_REQUEST_SIZE = ProducerConfig.MAX_REQUEST_SIZE_CONFIG;

    /** Kafka's own. */
    private static final int DEFAULT_MAX_REQUEST_BYTES = 1 << 20;

    /** Variables of the launcher, which name no setting. */
    private static final Set<String> LAUNCHER = Set.of("TAGWEIR_JAVA_OPTS", "TAGWEIR_MVN_OPTS", "TAGWEIR_LOG_LEVEL");

    /** The definition of every setting: key, type, default, range, documentation. */
    public static ConfigDef definition() {
        var settings = AppSettings.define(WireConfig.definition());
        Topics.define(settings);
        RecordLimits.define(settings);
        SnapshotSettings.define(settings);
        HeadSettings.define(settings);
        TailSettings.define(settings);
        RosterSettings.define(settings);
        return StudentSettings.define(settings);
    }

    /** Reads the settings of a properties file, of the environment and of the command line, the later the stronger. */
    static Map<String, String> gather(@Nullable Path file, Map<String, String> environment, Map<String, String> set) {
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
    static String key(String variable) {
        return variable.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The environment variable that stands for a setting. */
    static String variable(String key) {
        return ENVIRONMENT + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    static Map<String, String> properties(Path file) {
        var properties = new Properties();
        try {
            byte[] bytes = Files.readAllBytes(file);
            properties.load(new StringReader(new Utf8().decode(bytes, bytes.length)));
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no file " + file);
        } catch (IOException | InvalidInputException | IllegalArgumentException e) {
            throw new Refusal("can't read " + file + ": " + Reason.of(e));
        }
        var read = new TreeMap<String, String>();
        properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
        return read;
    }

    /** @throws Refusal with every unknown key and every invalid value */
    public static Settings of(Map<String, String> given) {
        var definition = definition();
        var kafka = new HashMap<String, Object>();
        var own = new HashMap<String, String>();
        var problems = new ArrayList<String>();
        given.forEach((key, value) -> {
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
            throw new Refusal(problems);
        }
        return parsed(definition, own, kafka, problems);
    }

    private static Settings parsed(
            ConfigDef definition, Map<String, String> own, Map<String, Object> kafka, List<String> problems) {
        var config = new AbstractConfig(definition, own, false);
        var wire = new HashMap<String, Object>();
        WireConfig.definition().names().forEach(name -> {
            if (own.containsKey(name)) {
                wire.put(name, own.get(name));
            }
        });
        wire.put(WireConfig.URL, String.join(",", config.getList(WireConfig.URL)));
        try {
            var read = new Settings(
                    AppSettings.of(config),
                    Topics.of(config),
                    RecordLimits.of(config),
                    SnapshotSettings.of(config),
                    HeadSettings.of(config),
                    TailSettings.of(config),
                    StudentSettings.of(config.values()),
                    RosterSettings.of(config),
                    Map.copyOf(kafka),
                    Map.copyOf(wire));
            problems.addAll(read.sizeProblems());
            if (!problems.isEmpty()) {
                throw new Refusal(problems);
            }
            return read;
        } catch (IllegalArgumentException | org.apache.kafka.common.config.ConfigException e) {
            problems.add(e.getMessage());
            throw new Refusal(problems);
        }
    }

    /** The same for a student that was found to run on a GPU, whose session one thread feeds. */
    Settings forGpu() {
        return new Settings(
                app, topics, limits, snapshots, head, tail.withOneDispatcher(), student, roster, kafka, wire);
    }

    /** Most bytes of a record that the application's producers send. */
    int maxRequestBytes() {
        return Stream.of(StreamsConfig.producerPrefix(MAX_REQUEST_SIZE), MAX_REQUEST_SIZE)
                .map(kafka::get)
                .filter(Objects::nonNull)
                .map(given -> (Integer) ConfigDef.parseType(MAX_REQUEST_SIZE, given, ConfigDef.Type.INT))
                .findFirst()
                .orElse(DEFAULT_MAX_REQUEST_BYTES);
    }

    /** What is accepted must fit into a record again, whatever is written because of it. */
    private List<String> sizeProblems() {
        var problems = new ArrayList<String>();
        int most = maxRequestBytes();
        long output = limits.largestOutput(head);
        if (output > most) {
            problems.add("a query may lead to a record of " + output + " bytes, and " + KAFKA + MAX_REQUEST_SIZE
                    + " is "
                    + most + "; lower " + RecordLimits.MAX_BYTES + ", head.row.max.bytes or query.max.code.points, or"
                    + " raise " + KAFKA + MAX_REQUEST_SIZE);
        }
        if (limits.largestLetter() > most) {
            problems.add(RecordLimits.MAX_LETTER_BYTES + " is " + limits.maxLetterBytes() + ", and " + KAFKA
                    + MAX_REQUEST_SIZE + " is " + most + "; lower the former or raise the latter");
        }
        return problems;
    }

    /** How a plain Kafka client reaches the cluster. */
    Map<String, Object> clientConfig() {
        var config = new HashMap<>(kafka);
        config.put("bootstrap.servers", app.bootstrapServers());
        return config;
    }
}
