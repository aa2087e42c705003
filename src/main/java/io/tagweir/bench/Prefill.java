package io.tagweir.bench;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.QueryEvent;
import io.tagweir.query.QueryKey;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Fills topics ahead of a drain, as fast as it can. Records are keyed by the canonical query and lie in its partition,
 * so that no contender has to move them. Used by one thread.
 */
public final class Prefill implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final int partitions;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    public Prefill(Testbed bed, InstantSource clock) {
        var config = new HashMap<String, Object>(bed.clientConfig());
        config.putAll(Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 << 10,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4"));
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        partitions = bed.partitions();
        this.clock = clock;
    }

    /** Writes {@code count} queries, numbered like those of an {@link OpenLoop}. */
    public void queries(String topic, Serializer<QueryEvent> serializer, Traffic traffic, int count) {
        var texts = traffic.texts(1);
        for (int i = 0; i < count; i++) {
            String text = texts.apply(i);
            send(topic, text, serializer.serialize(topic, OpenLoop.event(i, text)));
        }
        finish(topic);
    }

    /** Writes a head as a plain table: canonical query to tags. */
    public void table(String topic, Serializer<HeadTags> serializer, int rows) {
        for (int i = 0; i < rows; i++) {
            var tags = HeadTags.newBuilder()
                    .setTags(Queries.tags(i))
                    .setTaggedAt(clock.instant())
                    .build();
            send(topic, Queries.text(i), serializer.serialize(topic, tags));
        }
        finish(topic);
    }

    private void send(String topic, String canonical, byte[] value) {
        send(new ProducerRecord<>(
                topic,
                QueryKey.partition(canonical, partitions),
                clock.millis(),
                canonical.getBytes(StandardCharsets.UTF_8),
                value));
    }

    /** Writes any record; {@link #finish} tells whether Kafka has taken it. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    /** Returns when Kafka has all that was sent. */
    public void finish(String topic) {
        producer.flush();
        var error = failure.get();
        if (error != null) {
            throw new KafkaException("a record was not written to " + topic + ": " + error.getMessage(), error);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
