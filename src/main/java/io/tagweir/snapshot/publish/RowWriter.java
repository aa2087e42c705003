package io.tagweir.snapshot.publish;

import io.tagweir.avro.HeadKey;
import io.tagweir.snapshot.HeadTagsTopic;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes rows and their tombstones to {@code head-tags}, and records that belong to them. Used by one thread. */
final class RowWriter implements AutoCloseable {

    private static final byte[] YES = {1};

    private final HeadTagsTopic topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    RowWriter(Map<String, Object> clientConfig, HeadTagsTopic topic) {
        var config = new HashMap<>(clientConfig);
        // A broker that is taking over a new partition may reject a producer's first batch and accept its second; it
        // then
        // rejects the first for ever. With one request at a time batches can't get out of order.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        this.topic = topic;
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    int partitions() {
        return producer.partitionsFor(topic.topic()).size();
    }

    void put(String snapshot, HeadRow row, int partition) {
        var key = new HeadKey(snapshot, row.key().segment(), row.key().canonical());
        send(new ProducerRecord<>(topic.topic(), partition, topic.key(key), topic.row(row.tags())));
    }

    /**
     * Writes tombstones for rows of a snapshot in a partition. They have the same key bytes as the rows, because
     * compaction would otherwise keep rows of another writer.
     *
     * @param gone which keys to remove
     * @param retired whether the tombstones are marked as those of a retired snapshot
     * @return the number of tombstones
     */
    long remove(String snapshot, int partition, Predicate<HeadKey> gone, boolean retired) {
        var present = new LinkedHashSet<ByteBuffer>();
        topic.readKeys(partition, (key, raw, removed) -> {
            if (key.getSnapshot().equals(snapshot) && gone.test(key)) {
                if (removed) {
                    present.remove(ByteBuffer.wrap(raw));
                } else {
                    present.add(ByteBuffer.wrap(raw));
                }
            }
        });
        for (var raw : present) {
            var tombstone = new ProducerRecord<byte[], byte[]>(topic.topic(), partition, raw.array(), null);
            if (retired) {
                tombstone.headers().add(HeadTagsTopic.RETIRED_HEADER, YES);
            }
            send(tombstone);
        }
        return present.size();
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        throwFailure();
        producer.send(record, (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    /** Returns once Kafka has everything that was sent. */
    void flush() {
        producer.flush();
        throwFailure();
    }

    private void throwFailure() {
        var error = failure.get();
        if (error != null) {
            throw new KafkaException("a row was not written: " + error.getMessage(), error);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
