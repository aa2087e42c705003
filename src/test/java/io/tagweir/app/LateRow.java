package io.tagweir.app;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Tag;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.RowHash;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A snapshot that is sealed and active before the last row of each partition is there, as no publisher of ours would
 * have it: the rows are on their way.
 */
final class LateRow implements AutoCloseable {

    private final Site site;
    private final Sender sender;
    private final List<ProducerRecord<byte[], byte[]>> late = new ArrayList<>();

    /** Writes the control record, and all rows but one of each partition. */
    LateRow(Site site, String snapshot, List<String> queries) {
        this.site = site;
        sender = site.sender();
        var tallies = new ArrayList<>(Collections.nCopies(Site.PARTITIONS, PartitionDigest.EMPTY));
        var hash = new RowHash();
        for (var query : queries) {
            var key = new QueryKey("", query);
            var row = row(snapshot, query);
            int home = key.partition(Site.PARTITIONS);
            var record = record(home, new HeadKey(snapshot, "", query), row);
            if (tallies.get(home).rows() == 0) {
                late.add(record);
            } else {
                sender.send(record);
            }
            tallies.set(home, tallies.get(home).with(hash.of(key, row)));
        }
        var control = new Manifest(tallies)
                .into(Snapshot.newBuilder())
                .setId(snapshot)
                .setState(SnapshotState.ACTIVE)
                .setCreatedAt(Clock.systemUTC().instant())
                .setActivations(List.of(Instant.EPOCH))
                .setNormaliser(Normaliser.VERSION)
                .build();
        String topic = site.settings().topics().name(Topic.HEAD_SNAPSHOTS);
        sender.send(new ProducerRecord<>(
                topic,
                snapshot.getBytes(StandardCharsets.UTF_8),
                site.settings()
                        .serdes()
                        .value(Topic.HEAD_SNAPSHOTS)
                        .serializer()
                        .serialize(topic, control)));
    }

    /** The last rows come in. */
    void send() {
        late.forEach(sender::send);
    }

    private static HeadTags row(String label, String query) {
        return HeadTags.newBuilder()
                .setTags(List.of(new Tag(label, query, 0, query.length(), 1f)))
                .setTaggedAt(Instant.EPOCH)
                .build();
    }

    private ProducerRecord<byte[], byte[]> record(int partition, HeadKey key, HeadTags row) {
        var serdes = site.settings().serdes();
        String topic = site.settings().topics().name(Topic.HEAD_TAGS);
        return new ProducerRecord<>(
                topic,
                partition,
                serdes.key(Topic.HEAD_TAGS).serializer().serialize(topic, key),
                serdes.value(Topic.HEAD_TAGS).serializer().serialize(topic, row));
    }

    @Override
    public void close() {
        sender.close();
    }
}
