package io.tagweir.setting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How the value of a setting is parsed, written and shown. Immutable.
 *
 * @param kafkaType what Kafka parses the text to first
 * @param unit of numbers; empty where there is none
 * @param values what may be given, where the setting has no bounds
 * @param parse makes a domain type of what Kafka parsed; throws an {@link IllegalArgumentException}
 * @param raw the reverse
 * @param shown the value in words
 * @param order of values; none where they can't have bounds
 */
record SettingType<T>(
        Type kafkaType,
        String unit,
        String values,
        Function<@Nullable Object, T> parse,
        Function<T, @Nullable Object> raw,
        Function<T, String> shown,
        @Nullable Comparator<T> order) {

    private static final Map<String, Long> BINARY_UNITS = new LinkedHashMap<>();

    static {
        BINARY_UNITS.put("TiB", 1L << 40);
        BINARY_UNITS.put("GiB", 1L << 30);
        BINARY_UNITS.put("MiB", 1L << 20);
        BINARY_UNITS.put("KiB", 1L << 10);
    }

    static final SettingType<Boolean> FLAG = simple(Type.BOOLEAN, "true, false", Boolean.class);
    static final SettingType<String> TEXT = simple(Type.STRING, "text", String.class);
    static final SettingType<Duration> DURATION = new SettingType<>(
            Type.LONG,
            "milliseconds",
            "",
            raw -> Duration.ofMillis((Long) given(raw)),
            Duration::toMillis,
            value -> String.valueOf(value.toMillis()),
            Comparator.<Duration>naturalOrder());
    static final SettingType<Long> BYTES = new SettingType<>(
            Type.LONG,
            "bytes",
            "",
            raw -> (Long) given(raw),
            value -> value,
            SettingType::size,
            Comparator.<Long>naturalOrder());
    static final SettingType<List<String>> LIST = new SettingType<>(
            Type.LIST, "", "list", SettingType::texts, value -> value, value -> String.join(",", value), null);
    static final SettingType<Optional<Path>> FILE =
            optional(Type.STRING, "file", raw -> Path.of((String) raw), Path::toString);
    static final SettingType<Optional<Password>> SECRET =
            optional(Type.PASSWORD, "password", Password.class::cast, value -> value);

    static SettingType<Integer> count(String unit) {
        return new SettingType<>(
                Type.INT,
                unit,
                "",
                raw -> (Integer) given(raw),
                value -> value,
                String::valueOf,
                Comparator.<Integer>naturalOrder());
    }

    static SettingType<Double> fraction(String unit) {
        return new SettingType<>(
                Type.DOUBLE,
                unit,
                "",
                raw -> (Double) given(raw),
                value -> value,
                value -> value == Math.rint(value) ? String.valueOf(value.longValue()) : String.valueOf(value),
                Comparator.<Double>naturalOrder());
    }

    static <E extends Enum<E>> SettingType<E> choice(Class<E> type, Function<? super E, String> written) {
        var constants = type.getEnumConstants();
        var values = String.join(", ", Arrays.stream(constants).map(written).toList());
        return new SettingType<>(
                Type.STRING,
                "",
                values,
                raw -> Arrays.stream(constants)
                        .filter(constant -> constant.name().equalsIgnoreCase(String.valueOf(raw)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("must be one of " + values)),
                written::apply,
                written::apply,
                null);
    }

    static <T> SettingType<ByName<T>> byName(String names, Setting<T> each) {
        return new SettingType<>(
                Type.LIST,
                each.reference().unit(),
                each.reference().values() + "; exceptions as " + names + "=…",
                raw -> {
                    var standard = each.standard();
                    var exceptions = new TreeMap<String, T>();
                    for (var entry : texts(raw)) {
                        if (entry.contains("=")) {
                            put(exceptions, names, each, entry);
                        } else {
                            standard = each.parsed(entry);
                        }
                    }
                    return new ByName<>(standard, exceptions);
                },
                value -> List.of(each.written(value.standard())),
                value -> each.shown(value.standard()),
                null);
    }

    static <T> SettingType<Map<String, T>> map(String names, Setting<T> each, Map<String, T> standard) {
        return new SettingType<>(
                Type.LIST,
                each.reference().unit(),
                names + "=" + each.reference().values(),
                raw -> {
                    var values = new TreeMap<>(standard);
                    texts(raw).forEach(entry -> put(values, names, each, entry));
                    return values;
                },
                value -> new TreeMap<>(value)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + each.written(entry.getValue()))
                                .toList(),
                value -> String.join(
                        ",",
                        new TreeMap<>(value)
                                .entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + each.shown(entry.getValue()))
                                        .toList()),
                null);
    }

    private static <T> void put(Map<String, T> values, String names, Setting<T> each, String entry) {
        int at = entry.lastIndexOf('=');
        if (at < 1) {
            throw new IllegalArgumentException("\"" + entry + "\" is not of the form " + names + "=value");
        }
        values.put(
                entry.substring(0, at).strip(),
                each.parsed(entry.substring(at + 1).strip()));
    }

    private static <T> SettingType<T> simple(Type kafkaType, String values, Class<T> type) {
        return new SettingType<>(
                kafkaType, "", values, raw -> type.cast(given(raw)), value -> value, String::valueOf, null);
    }

    private static <T> SettingType<Optional<T>> optional(
            Type kafkaType, String values, Function<Object, T> parse, Function<T, Object> raw) {
        return new SettingType<>(
                kafkaType,
                "",
                values,
                given -> Optional.ofNullable(given).map(parse),
                value -> value.map(raw).orElse(null),
                value -> "",
                null);
    }

    private static Object given(@Nullable Object raw) {
        if (raw == null) {
            throw new IllegalArgumentException("has no value");
        }
        return raw;
    }

    private static List<String> texts(@Nullable Object raw) {
        return ((List<?>) given(raw))
                .stream().map(text -> text.toString().strip()).toList();
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A number of bytes in the largest unit that holds it without a fraction. */
    private static String size(long bytes) {
        return BINARY_UNITS.entrySet().stream()
                .filter(unit -> bytes != 0 && bytes % unit.getValue() == 0)
                .findFirst()
                .map(unit -> bytes / unit.getValue() + " " + unit.getKey())
                .orElseGet(() -> String.valueOf(bytes));
    }

    /** The value as it is written in a configuration. */
    String written(T value) {
        var given = raw.apply(value);
        return given instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : given instanceof Double ? shown.apply(value) : given == null ? "" : given.toString();
    }

    /** @throws org.apache.kafka.common.config.ConfigException where Kafka can't parse a text */
    @Nullable
    Object kafkaParsed(String key, @Nullable Object given) {
        return ConfigDef.parseType(key, given, kafkaType);
    }
}
