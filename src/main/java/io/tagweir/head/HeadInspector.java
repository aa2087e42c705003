package io.tagweir.head;

import io.tagweir.avro.HeadTags;
import io.tagweir.query.QueryKey;
import java.util.Optional;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads rows of the head table from outside the stream, for the console. */
public final class HeadInspector {

    private HeadInspector() {}

    /** The row of a query in a snapshot. Any thread may read the store. */
    public static Optional<HeadTags> find(ReadOnlyKeyValueStore<String, byte[]> store, String snapshot, QueryKey key) {
        return Optional.ofNullable(store.get(HeadTable.rowKey(snapshot, key))).map(StoredTags::row);
    }
}
