package io.tagweir.snapshot;

import io.tagweir.query.Normaliser;
import io.tagweir.setting.Setting;
import io.tagweir.tag.Taxonomy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * What a snapshot must satisfy to be published, activated and retired.
 *
 * @param taxonomy labels and values that rows may have
 * @param retireAge how long a snapshot must have answered nothing before it may be retired
 * @param gate limits of the gate before an activation
 */
public record SnapshotSettings(Taxonomy taxonomy, Duration retireAge, GateSettings gate) {

    /**
     * Limits past which an activation is refused.
     *
     * @param minRows fewest rows, as a share of the active snapshot's
     * @param maxChurn most of the active snapshot's rows that may be gone or changed, as a share of them
     * @param minCoverage least share of recent queries held, as a share of what the active snapshot holds
     * @param maxScoreDrop how far the mean score may be below the active snapshot's
     * @param traffic how many of the latest queries are looked at
     * @param minTraffic fewest queries that coverage is judged by
     */
    public record GateSettings(
            double minRows, double maxChurn, double minCoverage, double maxScoreDrop, int traffic, int minTraffic) {}

    public static final String TAXONOMY = "taxonomy.file";
    public static final String MIN_ROWS = "snapshot.gate.rows.min.ratio";
    public static final String MAX_CHURN = "snapshot.gate.churn.max.ratio";
    public static final String MIN_COVERAGE = "snapshot.gate.coverage.min.ratio";
    public static final String MAX_SCORE_DROP = "snapshot.gate.score.max.drop";
    public static final String MIN_TRAFFIC = "snapshot.gate.traffic.min.queries";

    /** With as many, a hit share of one half is known to within 0.7 percentage points (two standard errors). */
    private static final int TRAFFIC = 20_000;

    private static final Setting<String> TAXONOMY_FILE = Setting.text(TAXONOMY, "")
            .doc(
                    "JSON file {\"labels\": [...], \"values\": {label: [...]}, \"exclusive\": [[label, ...], ...]}: the labels"
                            + " that tags may have, the values that some labels are limited to, and sets of labels of which only"
                            + " one span may occur. Rows that break it are not published, or become dead letters. Spans of the"
                            + " student that break it are dropped. Empty allows anything.");
    private static final Setting<Duration> RETIRE_AGE = Setting.duration(
                    "snapshot.retire.min.age.ms", Duration.ofDays(1))
            .atLeast(Duration.ZERO)
            .doc(
                    "How long a snapshot must have answered nothing before it may be retired. Until then, a replay of older"
                            + " queries finds its rows.");
    private static final Setting<Double> ROWS = Setting.number(MIN_ROWS, "", 0.8)
            .between(0.0, 1_000.0)
            .doc("Fewest rows of a snapshot to be activated, as a share of the active snapshot's rows.");
    private static final Setting<Double> CHURN = Setting.share(MAX_CHURN, 0.5)
            .doc("Most rows of the active snapshot that may be gone or changed, as a share of its rows.");
    private static final Setting<Double> COVERAGE = Setting.number(MIN_COVERAGE, "", 0.95)
            .between(0.0, 1_000.0)
            .doc("Lowest hit share on recent queries, as a share of the active snapshot's on the same queries.");
    private static final Setting<Double> SCORE_DROP = Setting.share(MAX_SCORE_DROP, 0.1)
            .doc("How far the mean score of the tags may be below the active snapshot's.");
    private static final Setting<Integer> LEAST_TRAFFIC = Setting.count(MIN_TRAFFIC, "queries", 200)
            .between(1, TRAFFIC)
            .doc(
                    "Fewest recent queries that the gate judges coverage by. With fewer, it reports that there is not enough"
                            + " traffic and refuses nothing because of coverage.");

    public static List<Setting<?>> settings() {
        return List.of(TAXONOMY_FILE, RETIRE_AGE, ROWS, CHURN, COVERAGE, SCORE_DROP, LEAST_TRAFFIC);
    }

    /** @throws IllegalArgumentException if the taxonomy can't be read */
    public static SnapshotSettings of(AbstractConfig config) {
        var taxonomy = TAXONOMY_FILE.of(config);
        return new SnapshotSettings(
                taxonomy.isEmpty() ? Taxonomy.ANY : Taxonomy.read(Path.of(taxonomy), Normaliser::canonical),
                RETIRE_AGE.of(config),
                new GateSettings(
                        ROWS.of(config),
                        CHURN.of(config),
                        COVERAGE.of(config),
                        SCORE_DROP.of(config),
                        TRAFFIC,
                        LEAST_TRAFFIC.of(config)));
    }
}
