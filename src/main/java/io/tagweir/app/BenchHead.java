package io.tagweir.app;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.bench.Prefill;
import io.tagweir.bench.Queries;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.publish.HeadRow;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.topology.AvroSerdes;
import io.tagweir.topology.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A head written straight to its topics, as a teacher in another language would: the rows, then one control record with
 * the manifest, active from now. The publisher remembers every row to find duplicates, which five million would not
 * fit; the rows made up here are known to have none. Used by one thread.
 */
record BenchHead(Topics topics, AvroSerdes serdes, InstantSource clock, int partitions) {

    static final String SNAPSHOT = "bench-1";

    void write(Prefill prefill, int rows) {
        var now = clock.instant();
        var tallies = new PartitionDigest[partitions];
        Arrays.fill(tallies, PartitionDigest.EMPTY);
        var hash = new RowHash();
        for (int i = 0; i < rows; i++) {
            var row = row(i, now);
            int partition = row.key().partition(partitions);
            tallies[partition] = tallies[partition].with(hash.of(row.key(), row.tags()));
            prefill.send(record(row, topics.headTags()));
        }
        prefill.finish(topics.headTags());
        var active = new Manifest(List.of(tallies))
                .into(Snapshot.newBuilder()
                        .setId(SNAPSHOT)
                        .setState(SnapshotState.ACTIVE)
                        .setCreatedAt(now)
                        .setNormaliser(Normaliser.VERSION)
                        .setSource("bench")
                        .setActivations(List.of(now)))
                .build();
        prefill.send(new ProducerRecord<>(
                topics.headSnapshots(),
                0,
                SNAPSHOT.getBytes(StandardCharsets.UTF_8),
                serdes.snapshots().serializer().serialize(topics.headSnapshots(), active)));
        prefill.finish(topics.headSnapshots());
    }

    /** The first rows as records of another topic, with the bytes they would have here. */
    List<ProducerRecord<byte[], byte[]>> block(String topic, int rows) {
        var now = clock.instant();
        return IntStream.range(0, rows)
                .mapToObj(i -> record(row(i, now), topic))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> record(HeadRow row, String to) {
        var key = new HeadKey(SNAPSHOT, row.key().segment(), row.key().canonical());
        return new ProducerRecord<>(
                to,
                row.key().partition(partitions),
                serdes.headKeys().serializer().serialize(topics.headTags(), key),
                serdes.headTags().serializer().serialize(topics.headTags(), row.tags()));
    }

    /** What the teacher says of the query with this number. */
    static HeadRow row(int number, Instant taggedAt) {
        return new HeadRow(
                new QueryKey("", Queries.text(number)),
                HeadTags.newBuilder()
                        .setTags(Queries.tags(number))
                        .setTaggedAt(taggedAt)
                        .build());
    }
}
