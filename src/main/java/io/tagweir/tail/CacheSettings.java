package io.tagweir.tail;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How much of the student's work is kept.
 *
 * @param heapBytes of this process, for answers on the heap; 0: no cache at all
 * @param diskBytes of this process, for answers in RocksDB; 0: none
 * @param timeToLive how long an answer is good
 */
public record CacheSettings(long heapBytes, long diskBytes, Duration timeToLive) {

    static final String HEAP_BYTES = "tail.cache.heap.bytes";
    static final String DISK_BYTES = "tail.cache.disk.bytes";
    static final String TTL = "tail.cache.ttl.ms";

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        HEAP_BYTES,
                        Type.LONG,
                        16L << 20,
                        Range.between(0, 1L << 40),
                        Importance.MEDIUM,
                        "Heap for the student's latest and most wanted answers, of this process; 0 switches the tail cache"
                                + " off. About 400 bytes an answer.")
                .define(
                        DISK_BYTES,
                        Type.LONG,
                        256L << 20,
                        Range.between(0, 1L << 44),
                        Importance.LOW,
                        "Disk for answers that were asked for more than once, of this process; 0: heap alone. They outlive"
                                + " a restart.")
                .define(
                        TTL,
                        Type.LONG,
                        86_400_000L,
                        Range.between(1, 31_536_000_000L),
                        Importance.MEDIUM,
                        "How long an answer of the student serves. A student's answers never change, so this bounds how"
                                + " long a text keeps its place, no more.");
    }

    static CacheSettings of(AbstractConfig settings) {
        return new CacheSettings(
                settings.getLong(HEAP_BYTES), settings.getLong(DISK_BYTES), Duration.ofMillis(settings.getLong(TTL)));
    }
}
