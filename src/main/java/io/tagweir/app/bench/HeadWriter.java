package io.tagweir.app.bench;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.bench.Queries;
import io.tagweir.bench.RecordWriter;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadRow;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.topology.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes a head straight to its topics, as a teacher in another language would: the rows, then one control record with
 * the manifest, active at once. The publisher keeps all rows in memory to find duplicates, and five million do not fit.
 * These rows have no duplicates.
 */
record HeadWriter(BenchContext context, Topics topics) {

    static final String SNAPSHOT = "bench-1";

    void write(int rows) {
        var now = context.clock().instant();
        int partitions = context.cluster().partitions();
        var tallies = new PartitionDigest[partitions];
        Arrays.fill(tallies, PartitionDigest.EMPTY);
        var hash = new RowHash();
        try (var producer = context.cluster().producer(true)) {
            var writer = new RecordWriter(producer);
            for (int i = 0; i < rows; i++) {
                var row = row(i, now);
                int partition = row.key().partition(partitions);
                tallies[partition] = tallies[partition].with(hash.of(row.key(), row.tags()));
                writer.send(record(row, topics.headTags()));
            }
            writer.flush();
            var active = new Manifest(List.of(tallies))
                    .into(Snapshot.newBuilder()
                            .setId(SNAPSHOT)
                            .setState(SnapshotState.ACTIVE)
                            .setCreatedAt(now)
                            .setNormaliser(Normaliser.VERSION)
                            .setSource("bench")
                            .setActivations(List.of(now)))
                    .build();
            writer.send(new ProducerRecord<>(
                    topics.headSnapshots(),
                    0,
                    SNAPSHOT.getBytes(StandardCharsets.UTF_8),
                    context.serdes().snapshots().serializer().serialize(topics.headSnapshots(), active)));
            writer.flush();
        }
    }

    /** Writes the same rows as a plain table, from canonical query to tags. */
    static void writeTable(BenchContext context, String table, int rows) {
        var now = context.clock().instant();
        try (var producer = context.cluster().producer(true)) {
            var writer = new RecordWriter(producer);
            for (int i = 0; i < rows; i++) {
                var row = row(i, now);
                writer.send(new ProducerRecord<>(
                        table,
                        row.key().text().getBytes(StandardCharsets.UTF_8),
                        context.serdes().headTags().serializer().serialize(table, row.tags())));
            }
            writer.flush();
        }
    }

    /** The first rows as records of another topic, with the same bytes. */
    List<ProducerRecord<byte[], byte[]>> records(String topic, int rows) {
        var now = context.clock().instant();
        return IntStream.range(0, rows)
                .mapToObj(i -> record(row(i, now), topic))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> record(HeadRow row, String to) {
        var serdes = context.serdes();
        var key = new HeadKey(SNAPSHOT, row.key().segment(), row.key().canonical());
        return new ProducerRecord<>(
                to,
                row.key().partition(context.cluster().partitions()),
                serdes.headKeys().serializer().serialize(topics.headTags(), key),
                serdes.headTags().serializer().serialize(topics.headTags(), row.tags()));
    }

    /** The teacher's row for one of the {@link Queries}. */
    static HeadRow row(int number, Instant taggedAt) {
        var tags = HeadTags.newBuilder()
                .setTags(Queries.tags(number))
                .setTaggedAt(taggedAt)
                .build();
        return new HeadRow(new QueryKey("", Queries.text(number)), tags);
    }
}
