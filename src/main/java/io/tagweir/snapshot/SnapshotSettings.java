package io.tagweir.snapshot;

import io.tagweir.query.Normaliser;
import io.tagweir.tag.Taxonomy;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What a snapshot has to keep to on its way.
 *
 * @param taxonomy labels that rows may carry, and values
 * @param lead how far ahead an activation lies that names no event time
 * @param retireAge how long a snapshot must have answered nothing before its rows may go
 * @param gate limits of the gate before an activation
 * @param vocabulary which terms its vocabulary holds
 */
public record SnapshotSettings(
        Taxonomy taxonomy, Duration lead, Duration retireAge, Gate gate, VocabularySettings vocabulary) {

    /**
     * Limits past which an activation is refused.
     *
     * @param minRows fewest rows, as a share of the active snapshot's
     * @param maxChurn most of the active snapshot's rows that may be gone or changed, as a share of them
     * @param minCoverage least share of recent queries held, as a share of what the active snapshot holds
     * @param maxScoreDrop furthest the mean score may lie below the active snapshot's
     * @param traffic how many of the latest queries are looked at
     * @param minTraffic fewest queries that coverage is judged by
     */
    public record Gate(
            double minRows, double maxChurn, double minCoverage, double maxScoreDrop, int traffic, int minTraffic) {}

    public static final String TAXONOMY = "taxonomy.file";
    static final String LEAD = "snapshot.activation.lead.ms";
    static final String RETIRE_AGE = "snapshot.retire.min.age.ms";
    public static final String MIN_ROWS = "snapshot.gate.rows.min.ratio";
    public static final String MAX_CHURN = "snapshot.gate.churn.max.ratio";
    public static final String MIN_COVERAGE = "snapshot.gate.coverage.min.ratio";
    public static final String MAX_SCORE_DROP = "snapshot.gate.score.max.drop";
    public static final String MIN_TRAFFIC = "snapshot.gate.traffic.min.queries";
    static final String TRAFFIC = "snapshot.gate.traffic.queries";

    public static ConfigDef define(ConfigDef settings) {
        VocabularySettings.define(settings);
        return settings.define(
                        TAXONOMY,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "JSON file {\"labels\": [...], \"values\": {label: [...]}, \"exclusive\": [[label, ...], ...]}: the"
                                + " labels that tags may carry, the values that some of them are limited to, and of"
                                + " which labels only one span may stand. A row with another label or value is not"
                                + " published, and goes to the dead-letter topic where it was; such a span of the"
                                + " student is dropped. Empty: anything.")
                .define(
                        LEAD,
                        Type.LONG,
                        3_000L,
                        Range.between(0, 86_400_000),
                        Importance.MEDIUM,
                        "How far ahead of now an activation lies that names no event time. Every instance must have read"
                                + " the control record by then, for all to switch at the same query.")
                .define(
                        RETIRE_AGE,
                        Type.LONG,
                        86_400_000L,
                        Range.atLeast(0),
                        Importance.MEDIUM,
                        "How long a snapshot must have answered nothing before it may be retired: a replay of older"
                                + " queries finds its rows until then.")
                .define(
                        MIN_ROWS,
                        Type.DOUBLE,
                        0.8,
                        Range.between(0, 1000),
                        Importance.MEDIUM,
                        "Fewest rows of a snapshot that is to become active, as a share of the active one's.")
                .define(
                        MAX_CHURN,
                        Type.DOUBLE,
                        0.5,
                        Range.between(0, 1),
                        Importance.MEDIUM,
                        "Most rows of the active snapshot that may be gone or changed, as a share of them.")
                .define(
                        MIN_COVERAGE,
                        Type.DOUBLE,
                        0.95,
                        Range.between(0, 1000),
                        Importance.MEDIUM,
                        "Least hit share on recent queries, as a share of the active snapshot's on the same queries.")
                .define(
                        MAX_SCORE_DROP,
                        Type.DOUBLE,
                        0.1,
                        Range.between(0, 1),
                        Importance.LOW,
                        "Furthest the mean score of the tags may lie below the active snapshot's.")
                .define(
                        TRAFFIC,
                        Type.INT,
                        20_000,
                        Range.between(0, 10_000_000),
                        Importance.LOW,
                        "How many of the latest queries the gate looks at for coverage and forecast.")
                .define(
                        MIN_TRAFFIC,
                        Type.INT,
                        200,
                        Range.between(1, 10_000_000),
                        Importance.LOW,
                        "Fewest queries that the gate judges coverage by; with fewer it says that there is not enough"
                                + " traffic to judge, and refuses nothing for it. Of 200 queries the default limit of"
                                + " coverage is 10.");
    }

    /** @throws IllegalArgumentException where the taxonomy can't be read */
    public static SnapshotSettings of(AbstractConfig settings) {
        String taxonomy = settings.getString(TAXONOMY);
        return new SnapshotSettings(
                taxonomy.isEmpty() ? Taxonomy.ANY : Taxonomy.read(Path.of(taxonomy), Normaliser::canonical),
                Duration.ofMillis(settings.getLong(LEAD)),
                Duration.ofMillis(settings.getLong(RETIRE_AGE)),
                new Gate(
                        settings.getDouble(MIN_ROWS),
                        settings.getDouble(MAX_CHURN),
                        settings.getDouble(MIN_COVERAGE),
                        settings.getDouble(MAX_SCORE_DROP),
                        settings.getInt(TRAFFIC),
                        settings.getInt(MIN_TRAFFIC)),
                VocabularySettings.of(settings));
    }
}
