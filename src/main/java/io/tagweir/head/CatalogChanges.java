package io.tagweir.head;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The times at which catalog entities changed: the newest {@link #KEPT} of each entity, newest first, eight bytes each
 * (milliseconds since the epoch).
 *
 * <p>The last change alone is not enough: a late query whose event time is between two changes must get the same answer
 * as before the second. The result does not depend on the order in which changes arrive. The global stream thread
 * ({@link ReadCatalogEvents}) writes the store, all stream threads read it.
 */
final class CatalogChanges {

    /** Changes kept per entity. For a query older than all of them there is no change. */
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

    /** The stored value with one more change. */
    static byte[] with(byte @Nullable [] changes, long changedAt) {
        var known = changes == null ? LongStream.empty() : times(changes);
        long[] kept = LongStream.concat(known, LongStream.of(changedAt))
                .map(time -> ~time) // Reverses the order without overflow.
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
