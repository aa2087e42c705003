package io.tagweir.head;

import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import java.util.Optional;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Looks at a row of the head table from outside the stream, for a person who asks what the head holds. */
public final class HeadLookup {

    private HeadLookup() {}

    /** The row of a query in a snapshot. The store may be read from any thread. */
    public static Optional<HeadTags> find(ReadOnlyKeyValueStore<String, byte[]> store, String snapshot, QueryKey key) {
        return Optional.ofNullable(store.get(HeadTable.rowKey(snapshot, key))).map(StoredTags::row);
    }
}
