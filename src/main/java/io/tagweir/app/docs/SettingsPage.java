package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Type;

/** {@code settings.md}: every setting, by what it is about. */
final class SettingsPage {

    private static final String PROCESS = "The process";

    private static final String ANY_CASE = "(case insensitive) ";

    /** How Kafka writes a range: {@code 1,...,10}, without an end where there is none. */
    private static final Pattern RANGE = Pattern.compile("([-0-9.]+),\\.\\.\\.(?:,([-0-9.]+))?");

    private static final Set<Type> NUMBERS = Set.of(Type.SHORT, Type.INT, Type.LONG, Type.DOUBLE);

    private static final Map<String, Long> BINARY_UNITS = new LinkedHashMap<>();

    /** What a setting is about, by how its key begins. */
    private static final Map<String, String> SECTIONS = new LinkedHashMap<>();

    /** The unit of a number, by how its key ends. */
    private static final Map<String, String> UNITS = new LinkedHashMap<>();

    static {
        SECTIONS.put("query.", "The head, and the queries it takes");
        SECTIONS.put("head.", "The head, and the queries it takes");
        SECTIONS.put("snapshot.", "Snapshots");
        SECTIONS.put("taxonomy.", "Snapshots");
        SECTIONS.put("tail.", "The tail");
        SECTIONS.put("student.", "The student");
        SECTIONS.put("topic.", "Topics");
        SECTIONS.put("console.", "The console");
        SECTIONS.put("serde.", "Serdes and the schema registry");
        SECTIONS.put("auto.register.", "Serdes and the schema registry");
        SECTIONS.put("schema.registry.", "Serdes and the schema registry");
        SECTIONS.put("basic.auth.", "Serdes and the schema registry");

        BINARY_UNITS.put("TiB", 1L << 40);
        BINARY_UNITS.put("GiB", 1L << 30);
        BINARY_UNITS.put("MiB", 1L << 20);
        BINARY_UNITS.put("KiB", 1L << 10);

        UNITS.put(".ms", "milliseconds");
        UNITS.put(".bytes", "bytes");
        UNITS.put(".queries", "queries");
        UNITS.put(".code.points", "code points");
        UNITS.put(".threads", "threads");
        UNITS.put(".partitions", "partitions");
        UNITS.put(".replication", "replicas");
    }

    private SettingsPage() {}

    static String of(ConfigDef settings, UnaryOperator<String> variable) {
        var page = new StringBuilder(Pages.head("Settings", "the rooms' `ConfigDef` lines")).append(layers(variable));
        var sections = new LinkedHashMap<String, MarkdownTable>();
        sections.put(PROCESS, table());
        SECTIONS.values().forEach(section -> sections.putIfAbsent(section, table()));
        for (var key : settings.configKeys().values()) {
            row(sections.computeIfAbsent(section(key.name), name -> table()), key, variable);
        }
        sections.forEach((name, table) ->
                page.append("## ").append(name).append("\n\n").append(table).append('\n'));
        return page.append(passthrough(variable)).toString();
    }

    private static String layers(UnaryOperator<String> variable) {
        return """
                A setting comes from, the later the stronger:

                1. its default;
                2. the properties file of `--config FILE`;
                3. the environment: `%s` means `bootstrap.servers`;
                4. `--set key=value`, and the options with a name of their own, such as `--bootstrap-server`.

                All are checked before anything starts. An unknown key is refused with the nearest known one, and every \
                problem is told at once.

                """.formatted(variable.apply("bootstrap.servers"));
    }

    private static MarkdownTable table() {
        return new MarkdownTable("Setting, environment variable", "Default", "Values", "Unit", "What it does");
    }

    private static void row(MarkdownTable table, ConfigKey key, UnaryOperator<String> variable) {
        table.row(
                code(key.name) + "<br>" + code(variable.apply(key.name)),
                shownDefault(key),
                values(key),
                unit(key),
                key.documentation.replace("<", "&lt;"));
    }

    private static String section(String key) {
        return SECTIONS.entrySet().stream()
                .filter(section -> key.startsWith(section.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(PROCESS);
    }

    private static String shownDefault(ConfigKey key) {
        if (key.defaultValue == null) {
            return "none";
        }
        var text = key.defaultValue instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : key.defaultValue.toString();
        if (text.isEmpty()) {
            return "empty";
        }
        var size = unit(key).equals("bytes") ? size(text) : text;
        return code(text) + (size.equals(text) ? "" : " (" + size + ")");
    }

    private static String values(ConfigKey key) {
        var type = key.type == Type.BOOLEAN ? "true, false" : key.type.name().toLowerCase(Locale.ROOT);
        if (key.validator == null) {
            return type;
        }
        var text = key.validator.toString();
        var anyCase = text.startsWith(ANY_CASE);
        var bare = (anyCase ? text.substring(ANY_CASE.length()).toLowerCase(Locale.ROOT) : text)
                .replaceAll("^\\[(.*)]$", "$1");
        var range = RANGE.matcher(bare);
        if (range.matches()) {
            boolean bytes = unit(key).equals("bytes");
            var from = bytes ? size(range.group(1)) : range.group(1);
            var to = bytes && range.group(2) != null ? size(range.group(2)) : range.group(2);
            return from + (to == null ? " or more" : " to " + to);
        }
        return bare.isBlank() ? type : bare;
    }

    /** A number of bytes in the largest unit that holds it without a fraction. */
    private static String size(String bytes) {
        long number = Long.parseLong(bytes);
        for (var unit : BINARY_UNITS.entrySet()) {
            if (number != 0 && number % unit.getValue() == 0) {
                return number / unit.getValue() + " " + unit.getKey();
            }
        }
        return bytes;
    }

    private static String unit(ConfigKey key) {
        if (!NUMBERS.contains(key.type)) {
            return "";
        }
        return UNITS.entrySet().stream()
                .filter(unit -> key.name.endsWith(unit.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static String passthrough(UnaryOperator<String> variable) {
        return """
                ## Kafka's own settings

                What begins with `kafka.` goes to Kafka Streams and its clients as it stands, without that word; it wins \
                over what Tagweir would set. `--client-config FILE` does the same for a file of Kafka's own keys. Some \
                that are often wanted:

                ```properties
                # TLS: check the brokers against a CA of one's own
                kafka.security.protocol=SSL
                kafka.ssl.truststore.type=PEM
                kafka.ssl.truststore.location=/etc/tagweir/ca.pem

                # SASL over TLS
                kafka.security.protocol=SASL_SSL
                kafka.sasl.mechanism=SCRAM-SHA-512
                kafka.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="tagweir" password="…";

                # A warm copy of the stores elsewhere, so that a lost instance is replaced in seconds
                kafka.num.standby.replicas=1

                # How soon the group notices that an instance has died
                kafka.consumer.session.timeout.ms=10000
                ```

                In the environment these are `%s`, `%s` and so on.
                """.formatted(variable.apply("kafka.security.protocol"), variable.apply("kafka.num.standby.replicas"));
    }
}
