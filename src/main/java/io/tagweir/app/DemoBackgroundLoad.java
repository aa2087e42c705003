package io.tagweir.app;

import io.tagweir.avro.QueryEvent;
import io.tagweir.bench.KeyMix;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The queries that are sent while the demo stays up, so that its console shows current rates and latencies. A thread of
 * its own sends them; their answers are not counted.
 */
final class DemoBackgroundLoad implements AutoCloseable {

    private static final String PREFIX = "background-";

    private final Producer<byte[], byte[]> producer;
    private final Serializer<QueryEvent> serializer;
    private final String topic;
    private final IntFunction<String> text;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "background-load");
        thread.setDaemon(true);
        return thread;
    });
    private int sent;

    /**
     * Starts sending.
     *
     * @param text of query {@code i}
     */
    DemoBackgroundLoad(
            Producer<byte[], byte[]> producer,
            Serializer<QueryEvent> serializer,
            String topic,
            int perSecond,
            IntFunction<String> text) {
        this.producer = producer;
        this.serializer = serializer;
        this.topic = topic;
        this.text = text;
        long period = Duration.ofSeconds(1).toNanos() / perSecond;
        ticker.scheduleAtFixedRate(this::send, period, period, TimeUnit.NANOSECONDS);
    }

    private void send() {
        int number = sent++;
        var query = QueryEvent.newBuilder()
                .setQueryId(PREFIX + number)
                .setQuery(text.apply(number))
                .build();
        producer.send(new ProducerRecord<>(
                topic, KeyMix.MIXED.key(number, query.getQuery()), serializer.serialize(topic, query)));
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
