package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.testing.RecordedStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tally follows from what is stored, whatever was read, and outlives a crash at any point. */
class StoredSnapshotsTest {

    /** The last ones sort behind every text of the Basic Multilingual Plane. */
    private static final List<String> QUERIES = List.of("bread", "milk", "röd jacka", "\uffee", "🧥", "🧥 jacka");

    private final List<String> written = new ArrayList<>();
    private KeyValueStore<String, byte[]> store;

    @BeforeEach
    void openStore() {
        store = RecordedStore.around(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("rows"), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled()
                        .build(),
                written);
        store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
    }

    @Test
    void startingTaskCountsEveryRowOfEverySnapshotAgain() {
        store("v1", QUERIES);
        store("v10", List.of("milk"));
        var stored = new StoredSnapshots(store, false);
        assertThat(stored.snapshots()).containsExactly("v1", "v10");
        assertThat(stored.of("v1")).isEqualTo(tally(QUERIES));
        assertThat(stored.of("v10")).isEqualTo(tally(List.of("milk")));
        assertThat(stored.isVerified("v1")).isFalse();
    }

    @Test
    void markOutlivesTheTaskAndIsNotTakenForARow() {
        store("v1", QUERIES);
        new StoredSnapshots(store, false).verify("v1");
        var after = new StoredSnapshots(store, false);
        assertThat(after.isVerified("v1")).isTrue();
        assertThat(after.snapshots()).containsExactly("v1");
        assertThat(after.of("v1")).isEqualTo(tally(QUERIES));
    }

    /**
     * A crash can leave rows on the disk that the changelog never got. The mark must not get there before them, or an
     * instance that restores it would answer from a snapshot without them.
     */
    @Test
    void rowsFoundWithoutAMarkAreWrittenAgainBeforeItAndOnlyOnce() {
        store("v1", QUERIES);
        store("v2", QUERIES);
        new StoredSnapshots(store, false).verify("v2");
        written.clear();

        var stored = new StoredSnapshots(store, false);
        int calls = 1;
        while (!stored.rewrite("v1", 4)) {
            calls++;
        }
        stored.verify("v1");
        assertThat(stored.rewrite("v1", 4)).isTrue();
        assertThat(stored.rewrite("v2", 4)).isTrue();
        assertThat(calls).isEqualTo(2);
        assertThat(written).hasSize(QUERIES.size() + 1).doesNotHaveDuplicates();
        assertThat(written.subList(0, QUERIES.size()))
                .containsExactlyInAnyOrderElementsOf(QUERIES.stream()
                        .map(query -> HeadTable.rowKey("v1", new QueryKey("", query)))
                        .toList());
        assertThat(stored.of("v1")).isEqualTo(tally(QUERIES));
    }

    @Test
    void underExactlyOnceTheChangelogHasWhatTheDiskHas() {
        store("v1", QUERIES);
        written.clear();
        assertThat(new StoredSnapshots(store, true).rewrite("v1", 1)).isTrue();
        assertThat(written).isEmpty();
    }

    @Test
    void sweepTakesTheMarkFirstAndLeavesTheOtherSnapshotsAlone() {
        store("v1", QUERIES);
        store("v10", QUERIES);
        var stored = new StoredSnapshots(store, false);
        stored.verify("v1");
        var table = new HeadTable(store, 0);

        assertThat(stored.removeRows("v1", table, 2)).isFalse();
        assertThat(new StoredSnapshots(store, false).isVerified("v1")).isFalse();
        assertThat(stored.removeRows("v1", table, 100)).isTrue();
        assertThat(new StoredSnapshots(store, false).snapshots()).containsExactly("v10");
        assertThat(new StoredSnapshots(store, false).of("v10")).isEqualTo(tally(QUERIES));
    }

    private void store(String snapshot, List<String> queries) {
        queries.forEach(
                query -> store.put(HeadTable.rowKey(snapshot, new QueryKey("", query)), StoredTags.of(row(query))));
    }

    private static PartitionDigest tally(List<String> queries) {
        var hash = new RowHash();
        var tally = PartitionDigest.EMPTY;
        for (var query : queries) {
            tally = tally.with(hash.of(new QueryKey("", query), row(query)));
        }
        return tally;
    }

    private static HeadTags row(String query) {
        return HeadTags.newBuilder()
                .setTags(List.of(new Tag("food", query, 0, 1, 1f)))
                .setTaggedAt(Instant.EPOCH)
                .build();
    }
}
