package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Priority;
import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Deadlines of queries that have none of their own.
 *
 * @param deadlines by priority, from the event time; zero for none
 */
public record DeadlineSettings(Map<Priority, Duration> deadlines) {

    private static final String KEY = "tail.deadline.ms";

    private static final Setting<Map<String, Duration>> DEADLINES = Setting.map(
                    KEY,
                    "priority",
                    Setting.duration(KEY, Duration.ZERO).between(Duration.ZERO, Duration.ofDays(1)),
                    Map.of(
                            "interactive", Duration.ofSeconds(2),
                            "standard", Duration.ZERO,
                            "background", Duration.ZERO))
            .check(names -> names.keySet().forEach(DeadlineSettings::priority))
            .doc(
                    "Deadline of a query without deadline_ms, from its event time, by priority. After it, the best answer so"
                            + " far is sent. 0 means none, so that even an old backlog gets the student's tags. A priority that"
                            + " is not named keeps its default.");

    public DeadlineSettings {
        deadlines = Map.copyOf(deadlines);
    }

    static List<Setting<?>> settings() {
        return List.of(DEADLINES);
    }

    static DeadlineSettings of(AbstractConfig config) {
        var deadlines = new EnumMap<Priority, Duration>(Priority.class);
        DEADLINES.of(config).forEach((name, deadline) -> deadlines.put(priority(name), deadline));
        return new DeadlineSettings(deadlines);
    }

    private static Priority priority(String name) {
        return Arrays.stream(Priority.values())
                .filter(priority -> priority.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no priority " + name + "; the priorities are interactive, standard and background"));
    }

    /** The deadline of a miss. */
    Deadline of(Miss miss) {
        Integer own = miss.getDeadlineMs();
        long from = miss.getEventTime().toEpochMilli();
        long budget = own != null
                ? own
                : deadlines.getOrDefault(miss.getPriority(), Duration.ZERO).toMillis();
        return new Deadline(from, own == null && budget == 0 ? Deadline.NEVER : from + budget);
    }
}
