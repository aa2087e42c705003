package io.tagweir.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
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
public final class ControlTopic<T> {

    private static final int TRANSACTION_LIMIT_MS = 15_000;

    /**
     * Wait before a request is sent again. A new producer's first one always is: it goes out before the connection to
     * the coordinator stands. Kafka's default of 100 would be most of what a change takes.
     */
    private static final int RETRY_MS = 10;

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<T> serde;
    private final ControlKind<T> kind;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public ControlTopic(Map<String, Object> clientConfig, String topic, Serde<T> serde, ControlKind<T> kind) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
        this.kind = kind;
    }

    public Held<T> read() {
        var held = new Held<T>(kind, new TreeMap<>(), new ArrayList<>());
        try (var reading = new TopicReading(clientConfig, topic)) {
            reading.whole(
                    0,
                    record -> take(record, held.records())
                            .ifPresent(why -> held.leftOut().add("offset " + record.offset() + ": " + why)));
        }
        return held;
    }

    private Optional<String> take(ConsumerRecord<byte[], byte[]> record, Map<String, T> records) {
        var value = record.value();
        if (value == null) {
            return Optional.empty(); // A life is not forgotten by a tombstone: ids are never reused.
        }
        try {
            var control = serde.deserializer().deserialize(topic, value);
            byte[] raw = record.key();
            String key = raw == null ? "" : new String(raw, StandardCharsets.UTF_8);
            String id = kind.id().apply(control);
            if (!key.equals(id)) {
                return Optional.of("a control record of " + id + " has the key " + key);
            }
            var refusal = kind.refusal().apply(records.get(key), control);
            if (refusal.isEmpty()) {
                records.put(key, control);
            }
            return refusal;
        } catch (SerializationException e) {
            return Optional.of("it does not decode: " + e.getMessage());
        }
    }

    /**
     * Changes control records, all or none.
     *
     * @param decision is given the records as they stand, and says what follows; it may throw {@link Refused}
     * @return what was written, in order, once every reader can see it
     * @throws Refused where another command was at work meanwhile
     */
    public List<T> change(Function<Held<T>, List<T>> decision) {
        return change(decision, List.of());
    }

    /** @param beside records of other topics, written with the change or not at all */
    public List<T> change(Function<Held<T>, List<T>> decision, List<ProducerRecord<byte[], byte[]>> beside) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "tagweir-control-" + topic);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_LIMIT_MS);
        config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MS);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            var held = read();
            var next = decision.apply(held);
            if (!next.isEmpty()) {
                next.forEach(record -> mustFollow(held.records().get(kind.id().apply(record)), record));
                long last = write(producer, next, beside);
                try (var reading = new TopicReading(clientConfig, topic)) {
                    reading.awaitSeen(0, last);
                }
            }
            return next;
        } catch (KafkaException e) {
            throw isFenced(e) ? new Refused("another command was at work on the " + kind.name() + "s; try again") : e;
        }
    }

    /** Returns the offset of the last control record. */
    private long write(
            KafkaProducer<byte[], byte[]> producer, List<T> next, List<ProducerRecord<byte[], byte[]>> beside) {
        producer.beginTransaction();
        beside.forEach(producer::send);
        var last = new AtomicLong();
        for (var record : next) {
            byte[] key = kind.id().apply(record).getBytes(StandardCharsets.UTF_8);
            producer.send(
                    new ProducerRecord<>(topic, 0, key, serde.serializer().serialize(topic, record)),
                    (written, failure) -> {
                        if (failure == null) {
                            last.accumulateAndGet(written.offset(), Math::max);
                        }
                    });
        }
        // Fails where one of the sends has failed; closing the producer then aborts what is there.
        producer.commitTransaction();
        return last.get();
    }

    /** Every reader would leave such a record out, so it is not written in the first place. */
    private void mustFollow(@Nullable T known, T next) {
        kind.refusal().apply(known, next).ifPresent(why -> {
            throw new Refused(why);
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
