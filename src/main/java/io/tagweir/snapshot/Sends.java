package io.tagweir.snapshot;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for what was sent. */
final class Sends {

    private Sends() {}

    /** Returns once Kafka has the record; throws what kept it from it. */
    static void await(Future<RecordMetadata> send) {
        try {
            send.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("a record was not written: " + e.getMessage(), e);
        }
    }
}
