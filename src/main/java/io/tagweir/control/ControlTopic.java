package io.tagweir.control;

import io.tagweir.reason.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The topic of the control records of one kind: read whole, and changed in Kafka transactions. Used by one thread at a
 * time.
 *
 * <p>A change reads, decides and writes under one transactional id. A second command that begins in between fences the
 * first, which then has written nothing. So no decision is based on records that have changed since.
 */
public final class ControlTopic<T> {

    private static final int TRANSACTION_LIMIT_MS = 15_000;

    /**
     * Wait before a request is sent again. A new producer always resends its first one, which goes out before it is
     * connected to the coordinator. Kafka's default of 100 would be most of the time that a change takes.
     */
    private static final int RETRY_MS = 10;

    private final Map<String, Object> clientConfig;
    private final CompactedTopic<T> topic;
    private final Lifecycle<T, ?> lifecycle;
    private final Consumer<String> warnings;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param warnings given a sentence about a change that is committed but not visible to readers yet
     */
    public ControlTopic(
            Map<String, Object> clientConfig,
            String topic,
            Serde<T> serde,
            Lifecycle<T, ?> lifecycle,
            Consumer<String> warnings) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = new CompactedTopic<>(clientConfig, topic, serde);
        this.lifecycle = lifecycle;
        this.warnings = warnings;
    }

    /**
     * Reads the topic as the application does: record after record, without those that break the rules. A tombstone
     * removes nothing, because ids are never reused.
     */
    public ControlRecords<T> read() {
        var records = new ControlRecords<>(lifecycle.kind(), new TreeMap<String, T>(), new ArrayList<>());
        topic.forEach(entry -> problem(entry, records.byId()).ifPresent(records.rejected()::add));
        return records;
    }

    private Optional<String> problem(CompactedTopic.DecodedRecord<T> entry, Map<String, T> byId) {
        var record = entry.value();
        if (record == null) {
            return Optional.ofNullable(entry.undecodable()).map(UndecodableRecord::toString);
        }
        String id = lifecycle.id(record);
        if (!id.equals(entry.key())) {
            return Optional.of(
                    "offset " + entry.offset() + ": a control record of " + id + " has the key " + entry.key());
        }
        var violation = lifecycle.violation(byId.get(id), record);
        if (violation.isEmpty()) {
            byId.put(id, record);
        }
        return violation.map(why -> "offset " + entry.offset() + ": " + why.message());
    }

    /** As {@link #change(Function, List)}, with control records only. */
    public List<T> change(Function<ControlRecords<T>, List<T>> decision) {
        return change(decision, List.of());
    }

    /**
     * Changes control records, all or none. Waits until readers can see them; where that takes too long there is a
     * warning, as the change is committed.
     *
     * @param decision maps the present records to those that follow; it may throw {@link RefusedException}
     * @param alsoWritten records of other topics, written in the same transaction
     * @return the control records written, in order
     * @throws RefusedException if another command changed control records at the same time
     * @throws KafkaException if nothing was committed, or the message says that this is not known
     */
    public List<T> change(
            Function<ControlRecords<T>, List<T>> decision, List<ProducerRecord<byte[], byte[]>> alsoWritten) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "tagweir-control-" + topic.topic());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_LIMIT_MS);
        config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MS);
        List<T> next;
        long last;
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            var records = read();
            next = decision.apply(records);
            if (next.isEmpty()) {
                return next;
            }
            next.forEach(record -> requireValid(records.byId().get(lifecycle.id(record)), record));
            last = write(producer, next, alsoWritten);
        } catch (KafkaException e) {
            throw isFenced(e)
                    ? new RefusedException(
                            "another command changed the " + lifecycle.kind() + "s at the same time; try again")
                    : e;
        }
        awaitVisible(last);
        return next;
    }

    /** Returns the offset of the last control record. */
    private long write(
            KafkaProducer<byte[], byte[]> producer, List<T> next, List<ProducerRecord<byte[], byte[]>> alsoWritten) {
        producer.beginTransaction();
        alsoWritten.forEach(producer::send);
        var last = new AtomicLong();
        for (var record : next) {
            producer.send(topic.record(lifecycle.id(record), record), (written, failure) -> {
                if (failure == null) {
                    last.accumulateAndGet(written.offset(), Math::max);
                }
            });
        }
        try {
            // Fails if one of the sends has failed; closing the producer then aborts the transaction.
            producer.commitTransaction();
        } catch (TimeoutException e) {
            throw new KafkaException(
                    "it is not known whether the change was committed; list the " + lifecycle.kind()
                            + "s before you try again: " + e.getMessage(),
                    e);
        }
        return last.get();
    }

    /** The change is committed already, so whatever fails here is a warning. */
    private void awaitVisible(long offset) {
        try (var reader = new TopicReader(clientConfig, topic.topic())) {
            reader.awaitVisible(0, offset);
        } catch (KafkaException e) {
            warnings.accept("the change is committed, but readers can't see it yet: " + e.getMessage()
                    + "; it takes effect once they can, so do not repeat it");
        }
    }

    /** Every reader would ignore an invalid record, so none is written. */
    private void requireValid(@Nullable T known, T next) {
        lifecycle.violation(known, next).ifPresent(violation -> {
            throw new RefusedException(violation.message());
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
