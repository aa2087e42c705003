package io.tagweir.head;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * When head tags are past their date, and what becomes of the query then; by segment where a site says so.
 *
 * @param maxAge from when the teacher tagged; negative: without end
 * @param maxAges exceptions by segment
 * @param serve whether tags past their date are served, marked
 * @param serves exceptions by segment
 */
public record FreshnessSettings(
        Duration maxAge, Map<String, Duration> maxAges, boolean serve, Map<String, Boolean> serves) {

    static final String MAX_AGE = "head.max.age.ms";
    static final String MAX_AGES = "head.max.age.segments";
    static final String STALE = "head.stale";
    static final String STALES = "head.stale.segments";

    private static final String SERVE = "serve";
    private static final String MISS = "miss";

    public FreshnessSettings {
        maxAges = Map.copyOf(maxAges);
        serves = Map.copyOf(serves);
    }

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MAX_AGE,
                        Type.LONG,
                        -1L,
                        Range.between(-1, Long.MAX_VALUE / 2),
                        Importance.MEDIUM,
                        "Age at which head tags are stale, from when the teacher tagged to the query's event time, beside"
                                + " a date of their own; -1: never.")
                .define(
                        MAX_AGES,
                        Type.LIST,
                        List.of(),
                        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                        Importance.LOW,
                        "The same for single segments, as segment=milliseconds, separated by commas.")
                .define(
                        STALE,
                        Type.STRING,
                        SERVE,
                        CaseInsensitiveValidString.in(SERVE, MISS),
                        Importance.MEDIUM,
                        "What becomes of a query whose head tags are stale: serve answers with them, marked STALE; miss"
                                + " gives it to the student. Either way the teacher is asked for new ones.")
                .define(
                        STALES,
                        Type.LIST,
                        List.of(),
                        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                        Importance.LOW,
                        "The same for single segments, as segment=serve or segment=miss, separated by commas.");
    }

    static FreshnessSettings of(AbstractConfig settings) {
        var ages = new HashMap<String, Duration>();
        pairs(settings, MAX_AGES).forEach((segment, age) -> {
            try {
                ages.put(segment, Duration.ofMillis(Long.parseLong(age)));
            } catch (NumberFormatException e) {
                throw new ConfigException(MAX_AGES, age, "not a number of milliseconds");
            }
        });
        var serves = new HashMap<String, Boolean>();
        pairs(settings, STALES).forEach((segment, policy) -> {
            if (!policy.equals(SERVE) && !policy.equals(MISS)) {
                throw new ConfigException(STALES, policy, "neither serve nor miss");
            }
            serves.put(segment, policy.equals(SERVE));
        });
        return new FreshnessSettings(
                Duration.ofMillis(settings.getLong(MAX_AGE)),
                ages,
                settings.getString(STALE).equalsIgnoreCase(SERVE),
                serves);
    }

    private static Map<String, String> pairs(AbstractConfig settings, String key) {
        var pairs = new HashMap<String, String>();
        for (var pair : settings.getList(key)) {
            int at = pair.lastIndexOf('=');
            if (at < 0) {
                throw new ConfigException(key, pair, "not of the form segment=value");
            }
            pairs.put(
                    pair.substring(0, at).strip(),
                    pair.substring(at + 1).strip().toLowerCase(Locale.ROOT));
        }
        return pairs;
    }

    Duration maxAge(String segment) {
        return maxAges.getOrDefault(segment, maxAge);
    }

    boolean serves(String segment) {
        return serves.getOrDefault(segment, serve);
    }
}
