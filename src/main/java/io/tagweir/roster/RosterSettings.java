package io.tagweir.roster;

import io.tagweir.setting.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Settings of the swap of students.
 *
 * @param reportInterval how often an instance repeats its report, and tries again to load what did not load
 * @param golden labelled queries that a student is measured on; empty for the packaged ones
 * @param limits past which a student is not staged
 */
public record RosterSettings(Duration reportInterval, String golden, Limits limits) {

    /**
     * Limits past which a student is not staged.
     *
     * @param minF1 lowest official F1
     * @param maxF1Drop how far its F1 may be below that of the active student
     * @param maxSlowdown longest time of a query, as a multiple of the active student's
     */
    public record Limits(double minF1, double maxF1Drop, double maxSlowdown) {}

    static final String MIN_F1 = "student.stage.f1.min";
    static final String MAX_F1_DROP = "student.stage.f1.max.drop";
    static final String MAX_SLOWDOWN = "student.stage.slowdown.max";

    /** A change is reported at once; this only bounds how soon a new reader of the reports sees every instance. */
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

    private static final Setting<String> GOLDEN = Setting.text("student.stage.golden.file", "")
            .doc("JSON lines of labelled queries, in the format of evaluate, that a student is measured on when it is"
                    + " staged. Empty uses the packaged ones, which only suit students with QueryNER's labels.");
    private static final Setting<Double> LEAST_F1 = Setting.share(MIN_F1, 0.5)
            .doc(
                    "Lowest official F1 on the golden set that a student may be staged with. The packaged student has 0.63.");
    private static final Setting<Double> F1_DROP = Setting.share(MAX_F1_DROP, 0.02)
            .doc(
                    "How far the F1 of a staged student may be below the active student's on the same golden set. The default"
                            + " is about the sampling error of some hundred queries.");
    private static final Setting<Double> SLOWDOWN = Setting.number(MAX_SLOWDOWN, "", 1.5)
            .between(0.01, 1_000.0)
            .doc(
                    "Longest median time of a query, as a multiple of the active student's, both measured by the same command."
                            + " A slower student needs more threads, or sheds more.");

    /** Where the packaged golden set is below the project's root. */
    public static final Path PACKAGED_GOLDEN = Path.of("src", "main", "student", "golden.jsonl");

    public static List<Setting<?>> settings() {
        return List.of(GOLDEN, LEAST_F1, F1_DROP, SLOWDOWN);
    }

    public static RosterSettings of(AbstractConfig config) {
        return new RosterSettings(
                REPORT_INTERVAL,
                GOLDEN.of(config),
                new Limits(LEAST_F1.of(config), F1_DROP.of(config), SLOWDOWN.of(config)));
    }

    /** The defaults. */
    public static RosterSettings defaults() {
        return of(Setting.config(settings(), Map.of()));
    }

    /** The golden set; the packaged one is looked for below {@code home}, the project's root. */
    public Path golden(Path home) {
        return golden.isEmpty() ? home.resolve(PACKAGED_GOLDEN) : Path.of(golden);
    }
}
