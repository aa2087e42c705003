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
 * The student's answers of one task, kept for the next query of the same text: the most wanted on the heap, those that
 * were asked for again also in RocksDB.
 *
 * <p>Keyed by the exact text, segment and student version. The heap is bounded in bytes and admits by frequency
 * (W-TinyLFU, by Caffeine). An answer goes to disk when it is first asked for again, so texts that never repeat cost no
 * writes. The disk tier is bounded by a hand that goes round its keys: at each write it looks at the next two, and
 * takes away what has expired, or anything while there is too much. It has no changelog: what is lost is only work.
 *
 * <p>Owned by the stream thread of its task.
 */
final class TailCache {

    /**
     * A kept answer.
     *
     * @param student {@code id@version} of the student that gave it
     * @param spans offsets in the canonical query
     * @param last whether no larger student would be asked
     * @param expiresAt milliseconds since the epoch
     */
    record Kept(String student, List<Span> spans, boolean last, long expiresAt, boolean onDisk) {}

    /** What a heap entry costs beside its texts: node of the cache, object headers. */
    private static final int ENTRY_OVERHEAD = 200;

    private static final int SPAN_BYTES = 56;

    /** Bytes of an entry on disk, for what an earlier process left and nobody counted. */
    private static final int MEAN_DISK_BYTES = 200;

    /** Keys the hand looks at for each that is written: more than one, or it could not catch up. */
    private static final int STEPS = 2;

    private final KeyValueStore<String, CachedTags> disk;
    private final long maxDiskBytes;
    private final long timeToLive;
    private final Cache<String, Kept> heap;
    private final boolean on;
    private long diskBytes;
    private @Nullable String hand;

    /** @param tasks that share the process's budgets */
    TailCache(KeyValueStore<String, CachedTags> disk, CacheSettings settings, int tasks) {
        this.disk = disk;
        this.maxDiskBytes = settings.diskBytes() / tasks;
        this.timeToLive = settings.timeToLive().toMillis();
        this.on = settings.heapBytes() > 0;
        this.diskBytes = disk.approximateNumEntries() * MEAN_DISK_BYTES;
        this.heap = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(settings.heapBytes() / tasks)
                .weigher((String key, Kept kept) -> key.length()
                        + ENTRY_OVERHEAD
                        + SPAN_BYTES * kept.spans().size())
                .build();
    }

    /** Entries as they lie on disk. One that another release has written in a format of its own reads as null. */
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
    Kept get(String key, Instant now) {
        if (!on) {
            return null;
        }
        var kept = heap.getIfPresent(key);
        if (kept == null) {
            kept = fromDisk(key);
            if (kept != null) {
                heap.put(key, kept);
            }
        } else if (!kept.onDisk() && maxDiskBytes > 0) {
            kept = new Kept(kept.student(), kept.spans(), kept.last(), kept.expiresAt(), true);
            heap.put(key, kept);
            toDisk(key, kept, now);
        }
        return kept == null || kept.expiresAt() <= now.toEpochMilli() ? null : kept;
    }

    void put(String key, String student, List<Span> spans, boolean last, Instant now) {
        if (on) {
            heap.put(key, new Kept(student, spans, last, now.toEpochMilli() + timeToLive, false));
        }
    }

    private @Nullable Kept fromDisk(String key) {
        var stored = maxDiskBytes == 0 ? null : disk.get(key);
        if (stored == null) {
            return null;
        }
        var spans = new ArrayList<Span>(stored.getSpans().size());
        for (var span : stored.getSpans()) {
            spans.add(new Span(span.getLabel(), span.getStart(), span.getEnd(), span.getScore()));
        }
        return new Kept(stored.getStudent(), spans, stored.getLast(), stored.getExpiresAt(), true);
    }

    private void toDisk(String key, Kept kept, Instant now) {
        var spans = new ArrayList<CachedSpan>(kept.spans().size());
        for (var span : kept.spans()) {
            spans.add(new CachedSpan(span.label(), span.start(), span.end(), span.score()));
        }
        disk.put(key, new CachedTags(kept.expiresAt(), kept.last(), kept.student(), spans));
        diskBytes += size(key, spans.size());
        sweep(now);
    }

    private void sweep(Instant now) {
        var gone = new ArrayList<String>();
        try (var entries = disk.range(hand, null)) {
            int steps = 0;
            while (steps < STEPS && entries.hasNext()) {
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
            hand = entries.hasNext() ? entries.peekNextKey() : null;
        }
        gone.forEach(disk::delete);
    }

    private static int size(String key, int spans) {
        return key.length() + 40 + 24 * spans;
    }
}
