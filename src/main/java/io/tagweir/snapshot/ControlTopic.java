package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The topic of control records: read whole, and changed in Kafka transactions. Used by one thread at a time.
 *
 * <p>A change reads, decides and writes under one transactional id. A second command that begins meanwhile fences the
 * first, which then has written nothing; so no decision rests on records that have changed since.
 */
public final class ControlTopic {

    private static final int TRANSACTION_LIMIT_MS = 15_000;

    /**
     * Wait before a request is sent again. A new producer's first one always is: it goes out before the connection to
     * the coordinator stands. Kafka's default of 100 would be most of what a change takes.
     */
    private static final int RETRY_MS = 10;

    /**
     * What the topic holds now.
     *
     * @param snapshots the newest control record of each snapshot, by id
     * @param leftOut why each record that breaks the life of a snapshot was left out, in the order of the topic
     */
    public record Held(TreeMap<String, Snapshot> snapshots, List<String> leftOut) {

        /** @throws Refused where there is no such snapshot */
        public Snapshot require(String id) {
            var snapshot = snapshots.get(id);
            if (snapshot == null) {
                throw new Refused("there is no snapshot " + id + "; known: " + String.join(", ", snapshots.keySet()));
            }
            return snapshot;
        }
    }

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<Snapshot> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public ControlTopic(Map<String, Object> clientConfig, String topic, Serde<Snapshot> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    public Held read() {
        var held = new Held(new TreeMap<>(), new ArrayList<>());
        try (var reading = new TopicReading(clientConfig, topic)) {
            reading.whole(
                    0,
                    record -> take(record, held.snapshots)
                            .ifPresent(why -> held.leftOut.add("offset " + record.offset() + ": " + why)));
        }
        return held;
    }

    private Optional<String> take(ConsumerRecord<byte[], byte[]> record, Map<String, Snapshot> snapshots) {
        var value = record.value();
        if (value == null) {
            return Optional.empty(); // A life is not forgotten by a tombstone: ids are never reused.
        }
        try {
            var snapshot = serde.deserializer().deserialize(topic, value);
            byte[] raw = record.key();
            String key = raw == null ? "" : new String(raw, StandardCharsets.UTF_8);
            if (!key.equals(snapshot.getId())) {
                return Optional.of("a control record of " + snapshot.getId() + " has the key " + key);
            }
            var refusal = SnapshotLife.refusal(snapshots.get(key), snapshot);
            if (refusal.isEmpty()) {
                snapshots.put(key, snapshot);
            }
            return refusal.map(SnapshotLife.Refusal::message);
        } catch (SerializationException e) {
            return Optional.of("it does not decode: " + e.getMessage());
        }
    }

    /**
     * Changes control records, all or none.
     *
     * @param decision is given the records as they stand, and says what follows; it may throw {@link Refused}
     * @return what was written, in order
     * @throws Refused where another command was at work meanwhile
     */
    public List<Snapshot> change(Function<Held, List<Snapshot>> decision) {
        return change(decision, List.of());
    }

    /** @param beside records of other topics, written with the change or not at all */
    List<Snapshot> change(Function<Held, List<Snapshot>> decision, List<ProducerRecord<byte[], byte[]>> beside) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "tagweir-control-" + topic);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_LIMIT_MS);
        config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MS);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            var held = read();
            var next = decision.apply(held);
            if (!next.isEmpty()) {
                next.forEach(snapshot -> mustFollow(held.snapshots.get(snapshot.getId()), snapshot));
                write(producer, next, beside);
            }
            return next;
        } catch (KafkaException e) {
            throw isFenced(e) ? new Refused("another command was at work on the snapshots; try again") : e;
        }
    }

    private void write(
            KafkaProducer<byte[], byte[]> producer, List<Snapshot> next, List<ProducerRecord<byte[], byte[]>> beside) {
        producer.beginTransaction();
        beside.forEach(producer::send);
        for (var snapshot : next) {
            byte[] key = snapshot.getId().getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topic, 0, key, serde.serializer().serialize(topic, snapshot)));
        }
        // Fails where one of the sends has failed; closing the producer then aborts what is there.
        producer.commitTransaction();
    }

    /** Every reader would leave such a record out, so it is not written in the first place. */
    private static void mustFollow(@Nullable Snapshot known, Snapshot next) {
        SnapshotLife.refusal(known, next).ifPresent(refusal -> {
            throw new Refused(refusal.message());
        });
    }

    private static boolean isFenced(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }
}
