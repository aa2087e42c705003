package io.tagweir.tail;

import io.tagweir.setting.Setting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How many of the student's answers are kept.
 *
 * @param heapBytes of this process, for answers on the heap; 0 for no cache at all
 * @param diskBytes of this process, for answers in RocksDB; 0 for none
 * @param timeToLive how long an answer is used
 */
public record CacheSettings(long heapBytes, long diskBytes, Duration timeToLive) {

    /** A student's answers never change, so this only bounds how long a text keeps its place. */
    private static final Duration TIME_TO_LIVE = Duration.ofDays(1);

    private static final Setting<Long> HEAP_BYTES = Setting.bytes("tail.cache.heap.bytes", 16L << 20)
            .between(0L, 1L << 40)
            .doc(
                    "Heap for the student's recent and popular answers, about 400 bytes each. 0 switches the tail cache off.");
    private static final Setting<Long> DISK_BYTES = Setting.bytes("tail.cache.disk.bytes", 256L << 20)
            .between(0L, 1L << 44)
            .doc("Disk for answers that were used more than once. They survive a restart. 0 keeps answers on the heap"
                    + " only.");

    static List<Setting<?>> settings() {
        return List.of(HEAP_BYTES, DISK_BYTES);
    }

    static CacheSettings of(AbstractConfig config) {
        return new CacheSettings(HEAP_BYTES.of(config), DISK_BYTES.of(config), TIME_TO_LIVE);
    }
}
