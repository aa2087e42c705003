package io.tagweir.bench;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Sends records through a producer that it does not own, and reports the first failure. Used by one thread. */
public final class RecordWriter {

    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    public RecordWriter(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    public void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    /**
     * Returns when Kafka has acknowledged every record.
     *
     * @throws KafkaException if one could not be written
     */
    public void flush() {
        producer.flush();
        var error = failure.get();
        if (error != null) {
            throw new KafkaException("a record was not written: " + error.getMessage(), error);
        }
    }
}
