package io.tagweir.head;

import io.tagweir.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Settings of the head and of the queries that it takes.
 *
 * @param maxQueryLength longest query, query_id and segment accepted, in code points
 * @param heapBytes of all heap caches in front of the head tables of this process
 * @param maxRowBytes largest row of head tags accepted
 */
public record HeadSettings(
        int maxQueryLength,
        long heapBytes,
        int maxRowBytes,
        ColdSettings cold,
        FreshnessSettings freshness,
        RequestSettings requests,
        QualitySettings quality) {

    /** Some 400 tags, and small enough for an answer to fit into a Kafka record together with its query. */
    public static final int MAX_ROW_BYTES = 65_536;

    private static final Setting<Integer> MAX_QUERY_LENGTH = Setting.count(
                    "query.max.code.points", "code points", 1_000)
            .between(1, 100_000)
            .doc("Longest query, query_id and segment accepted. A query with a longer one becomes a dead letter.");
    private static final Setting<Long> HEAP_BYTES = Setting.bytes("head.heap.bytes", 96L << 20)
            .between(0L, 1L << 40)
            .doc("Heap for the most popular rows of head tags, shared by all partitions. A row on the heap is answered"
                    + " without reading RocksDB.");

    public static List<Setting<?>> settings() {
        return Stream.of(
                        List.of(MAX_QUERY_LENGTH, HEAP_BYTES),
                        ColdSettings.settings(),
                        FreshnessSettings.settings(),
                        RequestSettings.settings(),
                        QualitySettings.settings())
                .<Setting<?>>flatMap(List::stream)
                .toList();
    }

    public static HeadSettings of(AbstractConfig config) {
        return new HeadSettings(
                MAX_QUERY_LENGTH.of(config),
                HEAP_BYTES.of(config),
                MAX_ROW_BYTES,
                ColdSettings.of(config),
                FreshnessSettings.of(config),
                RequestSettings.of(config),
                QualitySettings.of(config));
    }

    /** The defaults. */
    public static HeadSettings defaults() {
        return with(Map.of());
    }

    /** The defaults, but for these. */
    public static HeadSettings with(Map<String, String> given) {
        return of(Setting.config(settings(), given));
    }

    public HeadSettings withMaxRowBytes(int other) {
        return new HeadSettings(maxQueryLength, heapBytes, other, cold, freshness, requests, quality);
    }

    public HeadSettings withRequests(RequestSettings other) {
        return new HeadSettings(maxQueryLength, heapBytes, maxRowBytes, cold, freshness, other, quality);
    }

    public HeadSettings withQuality(QualitySettings other) {
        return new HeadSettings(maxQueryLength, heapBytes, maxRowBytes, cold, freshness, requests, other);
    }
}
