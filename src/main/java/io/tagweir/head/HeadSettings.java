package io.tagweir.head;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the head and of the queries it takes.
 *
 * @param maxQueryLength longest query, id and segment taken, in code points
 * @param heapBytes budget of all heap caches in front of the head tables of this process
 * @param maxRowBytes largest row of head tags taken
 */
public record HeadSettings(
        int maxQueryLength,
        long heapBytes,
        int maxRowBytes,
        ColdSettings cold,
        FreshnessSettings freshness,
        RequestSettings requests,
        QualitySettings quality) {

    static final String MAX_QUERY_LENGTH = "query.max.code.points";
    static final String HEAP_BYTES = "head.heap.bytes";
    static final String MAX_ROW_BYTES = "head.row.max.bytes";

    public static ConfigDef define(ConfigDef settings) {
        ColdSettings.define(settings);
        FreshnessSettings.define(settings);
        RequestSettings.define(settings);
        QualitySettings.define(settings);
        return settings.define(
                        MAX_QUERY_LENGTH,
                        Type.INT,
                        1_000,
                        Range.between(1, 100_000),
                        Importance.MEDIUM,
                        "Longest query, query_id and segment taken, in code points; a query with a longer one goes to the"
                                + " dead-letter topic.")
                .define(
                        HEAP_BYTES,
                        Type.LONG,
                        96L << 20,
                        Range.between(0, 1L << 40),
                        Importance.MEDIUM,
                        "Heap for the most popular rows of head tags, of all partitions together; what it holds is"
                                + " answered without asking RocksDB.")
                .define(
                        MAX_ROW_BYTES,
                        Type.INT,
                        65_536,
                        Range.between(64, 900_000),
                        Importance.LOW,
                        "Largest row of head tags taken; a larger one goes to the dead-letter topic, as its answers"
                                + " might not fit into a Kafka record.");
    }

    public static HeadSettings of(AbstractConfig settings) {
        return new HeadSettings(
                settings.getInt(MAX_QUERY_LENGTH),
                settings.getLong(HEAP_BYTES),
                settings.getInt(MAX_ROW_BYTES),
                ColdSettings.of(settings),
                FreshnessSettings.of(settings),
                RequestSettings.of(settings),
                QualitySettings.of(settings));
    }

    /** The defaults. */
    public static HeadSettings defaults() {
        return with(Map.of());
    }

    /** The defaults, but for these. */
    public static HeadSettings with(Map<String, String> given) {
        return of(new AbstractConfig(define(new ConfigDef()), given, false));
    }
}
