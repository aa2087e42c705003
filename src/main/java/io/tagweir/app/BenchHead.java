package io.tagweir.app;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.bench.Prefill;
import io.tagweir.bench.Queries;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.Tally;
import io.tagweir.topology.Topic;
import io.tagweir.topology.TopicSerdes;
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
record BenchHead(Topics topics, TopicSerdes serdes, InstantSource clock, int partitions) {

    static final String SNAPSHOT = "bench-1";

    void write(Prefill prefill, int rows) {
        var now = clock.instant();
        var tallies = new Tally[partitions];
        Arrays.fill(tallies, Tally.NONE);
        var hash = new RowHash();
        for (int i = 0; i < rows; i++) {
            var row = row(i, now);
            int partition = row.key().partition(partitions);
            tallies[partition] = tallies[partition].with(hash.of(row.key(), row.tags()));
            prefill.send(record(row, topics.name(Topic.HEAD_TAGS)));
        }
        prefill.finish(topics.name(Topic.HEAD_TAGS));
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
                topics.name(Topic.HEAD_SNAPSHOTS),
                0,
                SNAPSHOT.getBytes(StandardCharsets.UTF_8),
                serdes.value(Topic.HEAD_SNAPSHOTS).serializer().serialize(topics.name(Topic.HEAD_SNAPSHOTS), active)));
        prefill.finish(topics.name(Topic.HEAD_SNAPSHOTS));
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
                serdes.key(Topic.HEAD_TAGS).serializer().serialize(topics.name(Topic.HEAD_TAGS), key),
                serdes.value(Topic.HEAD_TAGS).serializer().serialize(topics.name(Topic.HEAD_TAGS), row.tags()));
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
