package io.tagweir.tail;

import io.tagweir.avro.Miss;
import io.tagweir.avro.Priority;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Deadlines of queries that have none of their own.
 *
 * @param budgets by priority, from the event time; zero: no deadline
 */
public record DeadlineSettings(Map<Priority, Duration> budgets) {

    static final String INTERACTIVE = "tail.deadline.interactive.ms";
    static final String STANDARD = "tail.deadline.standard.ms";
    static final String BACKGROUND = "tail.deadline.background.ms";

    private static final long DAY_MS = 86_400_000;

    public DeadlineSettings {
        budgets = Map.copyOf(budgets);
    }

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        INTERACTIVE,
                        Type.LONG,
                        2_000L,
                        Range.between(0, DAY_MS),
                        Importance.HIGH,
                        "Budget of an INTERACTIVE query without deadline_ms, from its event time; 0: none. Somebody waits"
                                + " for it: past that the best answer so far goes out.")
                .define(
                        STANDARD,
                        Type.LONG,
                        0L,
                        Range.between(0, DAY_MS),
                        Importance.MEDIUM,
                        "The same of a STANDARD query. None by default, so that a backlog, however old, gets the student's"
                                + " tags.")
                .define(
                        BACKGROUND,
                        Type.LONG,
                        0L,
                        Range.between(0, DAY_MS),
                        Importance.LOW,
                        "The same of a BACKGROUND query. None by default: nobody waits for it.");
    }

    static DeadlineSettings of(AbstractConfig settings) {
        var budgets = new EnumMap<Priority, Duration>(Priority.class);
        budgets.put(Priority.INTERACTIVE, Duration.ofMillis(settings.getLong(INTERACTIVE)));
        budgets.put(Priority.STANDARD, Duration.ofMillis(settings.getLong(STANDARD)));
        budgets.put(Priority.BACKGROUND, Duration.ofMillis(settings.getLong(BACKGROUND)));
        return new DeadlineSettings(budgets);
    }

    /** The deadline of a miss. */
    Deadline of(Miss miss) {
        Integer own = miss.getDeadlineMs();
        long from = miss.getEventTime().toEpochMilli();
        long budget = own != null
                ? own
                : budgets.getOrDefault(miss.getPriority(), Duration.ZERO).toMillis();
        return new Deadline(from, own == null && budget == 0 ? Deadline.NEVER : from + budget);
    }
}
