package io.tagweir.roster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the swap of students.
 *
 * @param lead how far ahead an activation lies that names no event time
 * @param reportInterval how often an instance reports its students, and tries again to load what did not
 * @param golden labelled queries that a student is measured on; empty for the packaged ones
 * @param limits past which a student is not staged
 */
public record RosterSettings(Duration lead, Duration reportInterval, String golden, Limits limits) {

    /**
     * Limits past which a student is not staged.
     *
     * @param minF1 least official F1
     * @param maxF1Drop furthest its F1 may lie below that of the student that answers now
     * @param maxSlowdown most time of a query, as a multiple of that of the student that answers now
     */
    public record Limits(double minF1, double maxF1Drop, double maxSlowdown) {}

    static final String LEAD = "student.activation.lead.ms";
    static final String REPORT_INTERVAL = "student.report.interval.ms";
    static final String GOLDEN = "student.stage.golden.file";
    static final String MIN_F1 = "student.stage.f1.min";
    static final String MAX_F1_DROP = "student.stage.f1.max.drop";
    static final String MAX_SLOWDOWN = "student.stage.slowdown.max";

    /** Where the packaged golden set lies below the project's root. */
    public static final Path PACKAGED_GOLDEN = Path.of("src", "main", "student", "golden.jsonl");

    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        LEAD,
                        Type.LONG,
                        3_000L,
                        Range.between(0, 86_400_000),
                        Importance.MEDIUM,
                        "How far ahead of now an activation of a student lies that names no event time. Every instance"
                                + " must have read the control record by then, for all to switch at the same query.")
                .define(
                        REPORT_INTERVAL,
                        Type.LONG,
                        10_000L,
                        Range.between(100, 3_600_000),
                        Importance.LOW,
                        "How often an instance reports anew which students it has loaded, and tries again to load what"
                                + " did not load. A change is reported at once.")
                .define(
                        GOLDEN,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "JSON lines of labelled queries, as evaluate reads them, that a student is measured on when it"
                                + " is staged. Empty for the packaged ones, which only fit students with QueryNER's"
                                + " labels.")
                .define(
                        MIN_F1,
                        Type.DOUBLE,
                        0.5,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Least official F1 on the golden set for a student to be staged: the quality floor. The packaged"
                                + " student has 0.63.")
                .define(
                        MAX_F1_DROP,
                        Type.DOUBLE,
                        0.02,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Furthest the F1 of a student that is staged may lie below that of the one that answers now, on"
                                + " the same golden set. About the chance error on some hundred queries.")
                .define(
                        MAX_SLOWDOWN,
                        Type.DOUBLE,
                        1.5,
                        Range.between(0.01, 1_000),
                        Importance.MEDIUM,
                        "Most median time of a query for a student to be staged, as a multiple of that of the one that"
                                + " answers now, measured in turns by the same command. A slower one would need more"
                                + " threads, or shed more.");
    }

    public static RosterSettings of(AbstractConfig settings) {
        return new RosterSettings(
                Duration.ofMillis(settings.getLong(LEAD)),
                Duration.ofMillis(settings.getLong(REPORT_INTERVAL)),
                settings.getString(GOLDEN),
                new Limits(
                        settings.getDouble(MIN_F1), settings.getDouble(MAX_F1_DROP), settings.getDouble(MAX_SLOWDOWN)));
    }

    /** The defaults. */
    public static RosterSettings defaults() {
        return of(new AbstractConfig(define(new ConfigDef()), Map.of(), false));
    }

    /** The golden set, the packaged one being looked for below {@code home}, the project's root. */
    public Path golden(Path home) {
        return golden.isEmpty() ? home.resolve(PACKAGED_GOLDEN) : Path.of(golden);
    }
}
