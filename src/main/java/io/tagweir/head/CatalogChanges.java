package io.tagweir.head;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * When the entities of the catalog have changed: the newest {@link #KEPT} changes of each, newest first, each as eight
 * bytes (milliseconds since the epoch).
 *
 * <p>One change alone would not do: the next one would make a late query, whose event time lies between the two, be
 * judged otherwise than before. What is kept does not depend on the order the changes came in. The store is written by
 * the global stream thread ({@link ReadCatalogEvents}) and read by every other.
 */
final class CatalogChanges {

    /** Changes kept of an entity; a query older than all of them is judged as though there had been none before. */
    static final int KEPT = 8;

    private final ReadOnlyKeyValueStore<String, byte[]> store;

    CatalogChanges(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Whether the entity has a change later than {@code after} and not later than {@code until}. */
    boolean any(String entity, long after, long until) {
        byte[] changes = store.get(entity);
        return changes != null && times(changes).anyMatch(changedAt -> changedAt > after && changedAt <= until);
    }

    /** What is to be kept of an entity with one more change. */
    static byte[] with(byte @Nullable [] changes, long changedAt) {
        var known = changes == null ? LongStream.empty() : times(changes);
        long[] kept = LongStream.concat(known, LongStream.of(changedAt))
                .map(time -> ~time) // Turns the order round, and overflows nowhere.
                .distinct()
                .sorted()
                .limit(KEPT)
                .map(time -> ~time)
                .toArray();
        var bytes = ByteBuffer.allocate(kept.length * Long.BYTES);
        LongStream.of(kept).forEach(bytes::putLong);
        return bytes.array();
    }

    private static LongStream times(byte[] changes) {
        var bytes = ByteBuffer.wrap(changes);
        return IntStream.range(0, changes.length / Long.BYTES).mapToLong(i -> bytes.getLong(i * Long.BYTES));
    }
}
