package io.tagweir.app;

import io.tagweir.app.settings.Settings;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tagweir.topology.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer of bytes. Queries have record keys of each {@link KeyKind} in turn, and their id in the header
 * {@value #ID}, which comes back on the answer or dead letter. Closing it fails if a record could not be written.
 */
final class TestProducer implements AutoCloseable {

    static final String ID = "id";

    private final KafkaProducer<byte[], byte[]> producer;
    private final String queries;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private int turn;

    TestProducer(Settings settings) {
        var config = new HashMap<>(settings.clientConfig());
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        queries = settings.topics().name(Topic.QUERIES);
    }

    /** @param time null: now */
    void query(String id, String canonical, byte @Nullable [] event, @Nullable Instant time) {
        int number = turn++;
        send(new ProducerRecord<>(
                queries,
                null,
                time == null ? null : time.toEpochMilli(),
                KeyKind.of(number).key(number, canonical),
                event,
                List.of(id(id))));
    }

    static Header id(String id) {
        return new RecordHeader(ID, id.getBytes(UTF_8));
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record, (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    /** Waits until the broker has the record. */
    RecordMetadata write(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        if (failure.get() != null) {
            throw new AssertionError("a record was not written", failure.get());
        }
    }
}
