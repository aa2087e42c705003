package io.tagweir.tail;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tagweir.avro.CachedSpan;
import io.tagweir.avro.CachedTags;
import io.tagweir.tag.Span;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Cache of the students' answers of one task, in two tiers: the most frequent on the heap, those that were hit at least
 * once also in RocksDB.
 *
 * <p>The key holds student version, rules, segment and text. The heap tier is bounded in bytes and admits by frequency
 * (Caffeine's W-TinyLFU). An answer is written to disk at its first hit, so texts that never repeat cost no writes. The
 * disk tier is bounded by a clock sweep: each write checks the next {@value #SWEEP_STEPS} keys and deletes those that
 * have expired, or any while the tier is too large. It has no changelog: losing it costs only work.
 *
 * <p>Owned by the stream thread of its task.
 */
final class TailCache {

    /**
     * A cached answer.
     *
     * @param student {@code id@version} of the student that gave it
     * @param spans offsets in the canonical query
     * @param last whether no larger student would be asked
     * @param expiresAt milliseconds since the epoch
     */
    record CachedAnswer(String student, List<Span> spans, boolean last, long expiresAt, boolean onDisk) {}

    /** Heap bytes of an entry apart from its text: node of the cache, object headers. */
    private static final int ENTRY_OVERHEAD = 200;

    private static final int SPAN_BYTES = 56;

    /** Assumed size of an entry on disk that an earlier process wrote. */
    private static final int MEAN_DISK_BYTES = 200;

    /** Keys checked for each that is written: more than one, or the sweep could not catch up. */
    private static final int SWEEP_STEPS = 2;

    private final KeyValueStore<String, CachedTags> disk;
    private final long maxDiskBytes;
    private final long timeToLive;
    private final Cache<String, CachedAnswer> heap;
    private final boolean on;
    private long diskBytes;
    private @Nullable String sweepFrom;

    /** @param tasks tasks that share the process's budgets */
    TailCache(KeyValueStore<String, CachedTags> disk, CacheSettings settings, int tasks) {
        this.disk = disk;
        this.maxDiskBytes = settings.diskBytes() / tasks;
        this.timeToLive = settings.timeToLive().toMillis();
        this.on = settings.heapBytes() > 0;
        this.diskBytes = disk.approximateNumEntries() * MEAN_DISK_BYTES;
        this.heap = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(settings.heapBytes() / tasks)
                .weigher((String key, CachedAnswer cached) -> key.length()
                        + ENTRY_OVERHEAD
                        + SPAN_BYTES * cached.spans().size())
                .build();
    }

    /** Serde of the entries on disk. An entry that another release wrote in its own format reads as null. */
    static Serde<CachedTags> entries() {
        var serde = new SingleObjectSerde<CachedTags>(CachedTags.getClassSchema());
        var deserializer = serde.deserializer();
        return Serdes.serdeFrom(serde.serializer(), (topic, bytes) -> {
            try {
                return deserializer.deserialize(topic, bytes);
            } catch (SerializationException unreadable) {
                return null;
            }
        });
    }

    @Nullable
    CachedAnswer get(String key, Instant now) {
        if (!on) {
            return null;
        }
        var cached = heap.getIfPresent(key);
        if (cached == null) {
            cached = fromDisk(key);
            if (cached != null) {
                heap.put(key, cached);
            }
        } else if (!cached.onDisk() && maxDiskBytes > 0) {
            cached = new CachedAnswer(cached.student(), cached.spans(), cached.last(), cached.expiresAt(), true);
            heap.put(key, cached);
            toDisk(key, cached, now);
        }
        return cached == null || cached.expiresAt() <= now.toEpochMilli() ? null : cached;
    }

    void put(String key, String student, List<Span> spans, boolean last, Instant now) {
        if (on) {
            heap.put(key, new CachedAnswer(student, spans, last, now.toEpochMilli() + timeToLive, false));
        }
    }

    private @Nullable CachedAnswer fromDisk(String key) {
        var stored = maxDiskBytes == 0 ? null : disk.get(key);
        if (stored == null) {
            return null;
        }
        var spans = new ArrayList<Span>(stored.getSpans().size());
        for (var span : stored.getSpans()) {
            spans.add(new Span(span.getLabel(), span.getStart(), span.getEnd(), span.getScore()));
        }
        return new CachedAnswer(stored.getStudent(), spans, stored.getLast(), stored.getExpiresAt(), true);
    }

    private void toDisk(String key, CachedAnswer cached, Instant now) {
        var spans = new ArrayList<CachedSpan>(cached.spans().size());
        for (var span : cached.spans()) {
            spans.add(new CachedSpan(span.label(), span.start(), span.end(), span.score()));
        }
        disk.put(key, new CachedTags(cached.expiresAt(), cached.last(), cached.student(), spans));
        diskBytes += size(key, spans.size());
        sweep(now);
    }

    private void sweep(Instant now) {
        var gone = new ArrayList<String>();
        try (var entries = disk.range(sweepFrom, null)) {
            int steps = 0;
            while (steps < SWEEP_STEPS && entries.hasNext()) {
                var entry = entries.next();
                if (entry.value == null
                        || entry.value.getExpiresAt() <= now.toEpochMilli()
                        || diskBytes > maxDiskBytes) {
                    gone.add(entry.key);
                    int spans = entry.value == null ? 0 : entry.value.getSpans().size();
                    diskBytes = Math.max(0, diskBytes - size(entry.key, spans));
                }
                steps++;
            }
            sweepFrom = entries.hasNext() ? entries.peekNextKey() : null;
        }
        gone.forEach(disk::delete);
    }

    private static int size(String key, int spans) {
        return key.length() + 40 + 24 * spans;
    }
}
