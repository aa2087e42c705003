package io.tagweir.app;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.bench.Prefill;
import io.tagweir.bench.Queries;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.Tally;
import io.tagweir.topology.AvroSerdes;
import io.tagweir.topology.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * A head written straight to its topics, as a teacher in another language would: the rows, then one control record with
 * the manifest, active from now. The publisher remembers every row to find duplicates, which five million would not
 * fit; the rows made up here are known to have none. Used by one thread.
 */
record BenchHead(Prefill prefill, Topics topics, AvroSerdes serdes, InstantSource clock) {

    static final String SNAPSHOT = "bench-1";

    void write(int rows, int partitions) {
        var now = clock.instant();
        var tallies = new Tally[partitions];
        Arrays.fill(tallies, Tally.NONE);
        var hash = new RowHash();
        String topic = topics.headTags();
        for (int i = 0; i < rows; i++) {
            var key = new QueryKey("", Queries.text(i));
            int partition = key.partition(partitions);
            var row = row(i, now);
            tallies[partition] = tallies[partition].with(hash.of(key, row));
            prefill.send(
                    topic,
                    partition,
                    serdes.headKeys()
                            .serializer()
                            .serialize(topic, new HeadKey(SNAPSHOT, key.segment(), key.canonical())),
                    serdes.headTags().serializer().serialize(topic, row));
        }
        prefill.finish(topic);
        var active = new Manifest(List.of(tallies))
                .into(Snapshot.newBuilder()
                        .setId(SNAPSHOT)
                        .setState(SnapshotState.ACTIVE)
                        .setCreatedAt(now)
                        .setNormaliser(Normaliser.VERSION)
                        .setSource("bench")
                        .setActivations(List.of(now)))
                .build();
        prefill.send(
                topics.headSnapshots(),
                0,
                SNAPSHOT.getBytes(StandardCharsets.UTF_8),
                serdes.snapshots().serializer().serialize(topics.headSnapshots(), active));
        prefill.finish(topics.headSnapshots());
    }

    /** What the teacher says of the query with this number. */
    static HeadTags row(int number, Instant taggedAt) {
        return HeadTags.newBuilder()
                .setTags(Queries.tags(number))
                .setTaggedAt(taggedAt)
                .build();
    }
}
