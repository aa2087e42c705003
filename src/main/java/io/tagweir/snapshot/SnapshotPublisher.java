package io.tagweir.snapshot;

import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.query.Normaliser;
import io.tagweir.tag.Taxonomy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Writes head snapshots: their rows, and the control records that seal and activate them.
 *
 * <p>A snapshot is announced as PUBLISHING, filled, and SEALED once Kafka holds every row; only a sealed one can be
 * made active. Ids are never reused. Used by one thread.
 */
public final class SnapshotPublisher implements AutoCloseable {

    /** What was asked for goes against the life of a snapshot; the message says which rule. */
    public static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * What was published.
     *
     * @param duplicates rows left out because an earlier one had the same segment and canonical query
     */
    public record Published(Snapshot snapshot, long duplicates) {}

    private final Producer<byte[], byte[]> producer;
    private final ControlTopic control;
    private final String headTags;
    private final Serde<HeadKey> keys;
    private final Serde<HeadTags> rows;
    private final Taxonomy taxonomy;
    private final InstantSource clock;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param headTags the topic of the rows
     * @param taxonomy what the labels of the rows have been checked against
     */
    public SnapshotPublisher(
            Map<String, Object> clientConfig,
            ControlTopic control,
            String headTags,
            Serde<HeadKey> keys,
            Serde<HeadTags> rows,
            Taxonomy taxonomy,
            InstantSource clock) {
        var config = new HashMap<>(clientConfig);
        // A broker that is only just taking over a new partition may refuse a producer's first batch and accept its
        // second; it then refuses the first for good. One request at a time can't get out of order.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.control = control;
        this.headTags = headTags;
        this.keys = keys;
        this.rows = rows;
        this.taxonomy = taxonomy;
        this.clock = clock;
    }

    /**
     * Writes a whole snapshot and seals it.
     *
     * @param source where the rows come from, for the control record
     * @param progress told the number of rows sent so far, now and then
     */
    public Published publish(String id, String source, Iterator<HeadRow> teacher, LongConsumer progress) {
        if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new Refused("a snapshot id is 1 to 100 letters, digits, dots, dashes and underscores, not: " + id);
        }
        if (control.read().containsKey(id)) {
            throw new Refused("there is a snapshot " + id + " already, and ids are never reused");
        }
        if (!teacher.hasNext()) {
            throw new Refused("no row is fit to be published; nothing was written");
        }
        int partitions = producer.partitionsFor(headTags).size();
        var snapshot = Snapshot.newBuilder()
                .setId(id)
                .setState(SnapshotState.PUBLISHING)
                .setCreatedAt(clock.instant())
                .setNormaliser(Normaliser.VERSION)
                .setTaxonomy(taxonomy.fingerprint())
                .setSource(source);
        control.write(producer, snapshot.build());

        var tallies = new Tally[partitions];
        Arrays.fill(tallies, Tally.NONE);
        long duplicates = write(id, teacher, tallies, progress);
        var sealed = new Manifest(List.of(tallies))
                .into(snapshot.setState(SnapshotState.SEALED))
                .build();
        control.write(producer, sealed);
        return new Published(sealed, duplicates);
    }

    private long write(String id, Iterator<HeadRow> teacher, Tally[] tallies, LongConsumer progress) {
        var failure = new AtomicReference<@Nullable Exception>();
        var seen = new HashSet<String>();
        var hash = new RowHash();
        long duplicates = 0;
        while (teacher.hasNext()) {
            var row = teacher.next();
            if (!seen.add(row.key().text())) {
                duplicates++;
                continue;
            }
            var key = new HeadKey(id, row.key().segment(), row.key().canonical());
            int partition = row.key().partition(tallies.length);
            tallies[partition] = tallies[partition].with(hash.of(row.key(), row.tags()));
            producer.send(
                    new ProducerRecord<>(
                            headTags,
                            partition,
                            keys.serializer().serialize(headTags, key),
                            rows.serializer().serialize(headTags, row.tags())),
                    (metadata, error) -> {
                        if (error != null) {
                            failure.compareAndSet(null, error);
                        }
                    });
            if (seen.size() % 1_000 == 0) {
                progress.accept(seen.size());
            }
        }
        producer.flush();
        var error = failure.get();
        if (error != null) {
            throw new KafkaException("a row was not written, the snapshot is not sealed: " + error.getMessage(), error);
        }
        progress.accept(seen.size());
        return duplicates;
    }

    /**
     * Makes a sealed snapshot answer all queries from an event time on. What was planned beyond that time and has not
     * come yet is called off; what has come stays in the history, so that a replay gives the same answers.
     */
    public Snapshot activate(String id, Instant from) {
        var all = control.read();
        var chosen = all.get(id);
        if (chosen == null) {
            throw new Refused("there is no snapshot " + id + "; known: " + String.join(", ", all.keySet()));
        }
        switch (chosen.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> {}
            default ->
                throw new Refused("the snapshot " + id + " is " + chosen.getState() + " and can't become active");
        }
        var activations = withoutPlans(chosen.getActivations(), from);
        activations.add(from);
        var active = Snapshot.newBuilder(chosen)
                .setState(SnapshotState.ACTIVE)
                .setActivations(activations)
                .build();
        control.write(producer, active);
        for (var other : all.values()) {
            var kept = withoutPlans(other.getActivations(), from);
            boolean changed = other.getState() == SnapshotState.ACTIVE
                    || kept.size() < other.getActivations().size();
            if (changed && !other.getId().equals(id)) {
                control.write(
                        producer,
                        Snapshot.newBuilder(other)
                                .setState(kept.isEmpty() ? SnapshotState.SEALED : SnapshotState.SUPERSEDED)
                                .setActivations(kept)
                                .build());
            }
        }
        return active;
    }

    private ArrayList<Instant> withoutPlans(List<Instant> activations, Instant from) {
        var now = clock.instant();
        var kept = new ArrayList<>(activations);
        kept.removeIf(activation -> activation.isAfter(from) && activation.isAfter(now));
        return kept;
    }

    /** All snapshots there are, by id. */
    public List<Snapshot> list() {
        return List.copyOf(control.read().values());
    }

    @Override
    public void close() {
        producer.close();
    }
}
