package io.tagweir.app;

import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer of bytes that fails at its close where a record was not written. Queries have keys of every
 * {@link KeyKind} by turns, and their id in the header {@value #ID}, which comes back on an answer as on a dead letter.
 */
final class Sender implements AutoCloseable {

    static final String ID = "id";

    private final KafkaProducer<byte[], byte[]> producer;
    private final String queries;
    private int turn;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Sender(Settings settings) {
        producer = new KafkaProducer<>(settings.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
        queries = settings.topics().name(Topic.QUERIES);
    }

    /**
     * Sends a query at the time it is now.
     *
     * @param canonical its canonical text
     */
    void query(String id, String canonical, byte @Nullable [] event) {
        query(id, canonical, event, null);
    }

    /** @param time its event time; null: now */
    void query(String id, String canonical, byte @Nullable [] event, @Nullable Instant time) {
        int number = turn++;
        send(new ProducerRecord<>(
                queries,
                null,
                time == null ? null : time.toEpochMilli(),
                KeyKind.of(number).key(number, canonical),
                event,
                List.of(new RecordHeader(ID, id.getBytes(StandardCharsets.UTF_8)))));
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record, (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    @Override
    public void close() {
        producer.close();
        if (failure.get() != null) {
            throw new AssertionError("a record was not written", failure.get());
        }
    }
}
