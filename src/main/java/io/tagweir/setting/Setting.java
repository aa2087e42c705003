package io.tagweir.setting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one setting. Its {@link ConfigDef} entry, its validation, its value as a domain type and its row
 * of the reference page all come from here. Immutable.
 *
 * <p>Each room declares its settings as constants next to the record that holds their values:
 *
 * <pre>{@code
 * static final Setting<Duration> HOLD = Setting.duration("head.cold.hold.ms", Duration.ofSeconds(30))
 *         .between(Duration.ZERO, Duration.ofDays(1))
 *         .doc("How long a query without a deadline waits for its partition.");
 * }</pre>
 *
 * @param <T> type of the value once parsed
 */
public final class Setting<T> {

    private final String key;
    private final SettingType<T> type;
    private final T standard;
    private final Optional<Range<T>> range;
    private final Consumer<T> check;
    private final String doc;

    private Setting(
            String key, SettingType<T> type, T standard, Optional<Range<T>> range, Consumer<T> check, String doc) {
        this.key = key;
        this.type = type;
        this.standard = standard;
        this.range = range;
        this.check = check;
        this.doc = doc;
    }

    private static <T> Setting<T> setting(String key, SettingType<T> type, T standard) {
        return new Setting<>(key, type, standard, Optional.empty(), value -> {}, "");
    }

    /** A whole number of something. */
    public static Setting<Integer> count(String key, String unit, int standard) {
        return setting(key, SettingType.count(unit), standard);
    }

    /** A number that may have a fraction. */
    public static Setting<Double> number(String key, String unit, double standard) {
        return setting(key, SettingType.fraction(unit), standard);
    }

    /** A share from 0 to 1. */
    public static Setting<Double> share(String key, double standard) {
        return number(key, "", standard).between(0.0, 1.0);
    }

    /** A time in milliseconds. */
    public static Setting<Duration> duration(String key, Duration standard) {
        return setting(key, SettingType.DURATION, standard);
    }

    public static Setting<Long> bytes(String key, long standard) {
        return setting(key, SettingType.BYTES, standard);
    }

    public static Setting<Boolean> flag(String key, boolean standard) {
        return setting(key, SettingType.FLAG, standard);
    }

    /** Any text, the empty one included. */
    public static Setting<String> text(String key, String standard) {
        return setting(key, SettingType.TEXT, standard);
    }

    /** A text that is not empty. */
    public static Setting<String> name(String key, String standard) {
        return setting(key, SettingType.TEXT, standard).check(Setting::notEmpty);
    }

    /** One of an enum's constants, written in lower or upper case. */
    public static <E extends Enum<E>> Setting<E> choice(String key, E standard) {
        return setting(key, SettingType.choice(standard.getDeclaringClass(), SettingType::lower), standard);
    }

    /** One of an enum's constants, written and shown in upper case. */
    public static <E extends Enum<E>> Setting<E> constant(String key, E standard) {
        return setting(key, SettingType.choice(standard.getDeclaringClass(), Enum::name), standard);
    }

    /** Texts separated by commas. */
    public static Setting<List<String>> list(String key, List<String> standard) {
        return setting(key, SettingType.LIST, standard);
    }

    /** A file; without a default. */
    public static Setting<Optional<Path>> file(String key) {
        return setting(key, SettingType.FILE, Optional.empty());
    }

    /** A secret, which is neither logged nor shown; without a default. */
    public static Setting<Optional<Password>> secret(String key) {
        return setting(key, SettingType.SECRET, Optional.empty());
    }

    /** One value for all names, and exceptions for some: {@code 0.5,brand=0.9}. */
    public static <T> Setting<ByName<T>> byName(String key, String names, Setting<T> each) {
        return setting(key, SettingType.byName(names, each.called(key)), ByName.of(each.standard));
    }

    /** Values by name, where a name that is not given keeps its default: {@code interactive=2000,standard=0}. */
    public static <T> Setting<Map<String, T>> map(String key, String names, Setting<T> each, Map<String, T> standard) {
        return setting(key, SettingType.map(names, each.called(key), standard), standard);
    }

    /** The same for one value of a list that has this key. */
    private Setting<T> called(String other) {
        return new Setting<>(other, type, standard, range, check, doc);
    }

    /** The same with bounds, both included. */
    public Setting<T> between(T least, T most) {
        return new Setting<>(key, type, standard, Optional.of(new Range<>(least, Optional.of(most))), check, doc);
    }

    /** The same with a lower bound, included. */
    public Setting<T> atLeast(T least) {
        return new Setting<>(key, type, standard, Optional.of(new Range<>(least, Optional.empty())), check, doc);
    }

    /** The same with one more condition on the value. {@code other} throws an {@link IllegalArgumentException}. */
    public Setting<T> check(Consumer<T> other) {
        return new Setting<>(key, type, standard, range, check.andThen(other), doc);
    }

    /** The same with its documentation. */
    public Setting<T> doc(String text) {
        return new Setting<>(key, type, standard, range, check, text);
    }

    public String key() {
        return key;
    }

    public T standard() {
        return standard;
    }

    /** The value that {@code config} holds. */
    public T of(AbstractConfig config) {
        return parsed(config.values().get(key));
    }

    /** The value of what a configuration holds: a text, or what Kafka has parsed already. */
    T parsed(@Nullable Object given) {
        try {
            var value = type.parse().apply(type.kafkaParsed(key, given));
            if (range.isPresent() && !isWithin(value, range.get())) {
                throw new IllegalArgumentException(
                        "must be " + values() + (type.unit().isEmpty() ? "" : " " + type.unit()));
            }
            check.accept(value);
            return value;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, given, e.getMessage());
        }
    }

    private boolean isWithin(T value, Range<T> bounds) {
        var order = Objects.requireNonNull(type.order(), "values of " + key + " have no order");
        return order.compare(value, bounds.least()) >= 0
                && bounds.most().stream().allMatch(most -> order.compare(value, most) <= 0);
    }

    private static void notEmpty(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("must not be empty");
        }
    }

    @Nullable
    Object raw(T value) {
        return type.raw().apply(value);
    }

    String written(T value) {
        return type.written(value);
    }

    String shown(T value) {
        return type.shown().apply(value);
    }

    /** Its row of the reference page. */
    public SettingDoc reference() {
        var written = written(standard);
        var size = shown(standard);
        return new SettingDoc(key, written, size.equals(written) ? "" : size, values(), type.unit(), doc);
    }

    private String values() {
        return range.map(bounds -> shown(bounds.least())
                        + bounds.most().map(most -> " to " + shown(most)).orElse(" or more"))
                .orElseGet(type::values);
    }

    /** The definition of all these settings. */
    public static ConfigDef definition(Collection<Setting<?>> settings) {
        var definition = new ConfigDef();
        settings.forEach(setting -> setting.define(definition));
        return definition;
    }

    /**
     * The given values over the defaults.
     *
     * @throws ConfigException if a value is not valid, or a key is not one of these settings
     */
    public static AbstractConfig config(Collection<Setting<?>> settings, Map<String, ?> given) {
        var unknown = new TreeSet<>(given.keySet());
        settings.forEach(setting -> unknown.remove(setting.key));
        if (!unknown.isEmpty()) {
            throw new ConfigException("unknown settings " + unknown);
        }
        return new AbstractConfig(definition(settings), given, false);
    }

    private void define(ConfigDef definition) {
        ConfigDef.Validator valid = ConfigDef.LambdaValidator.with((name, raw) -> parsed(raw), this::values);
        definition.define(key, type.kafkaType(), raw(standard), valid, Importance.MEDIUM, doc);
    }

    /** Bounds of a value, both included. */
    record Range<T>(T least, Optional<T> most) {}

    @Override
    public String toString() {
        return key;
    }
}
