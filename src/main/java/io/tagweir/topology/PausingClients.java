package io.tagweir.topology;

import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of Kafka Streams. Main consumers pause the queries of partitions where the head holds as many as it may:
 * the backlog waits in Kafka, and the rows that end the wait are still read. They also poll rows and queries in
 * {@linkplain FairPolling turns}.
 *
 * @param rows topic of the teacher's rows
 * @param queries topics whose partitions are paused when the head is full
 * @param full whether the head holds as many queries of a partition as it may; called by all stream threads
 * @param takeRewind whether the rows of a partition must be read from the beginning; called by all stream threads
 */
public record PausingClients(
        String rows, Set<String> queries, IntPredicate full, IntPredicate takeRewind, InstantSource clock)
        implements KafkaClientSupplier {

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        var control = new PollControl(
                partition -> partition.topic().equals(rows),
                partition -> queries.contains(partition.topic()) && full.test(partition.partition()),
                partition -> takeRewind.test(partition.partition()),
                new FairPolling(clock));
        return new PausingConsumer(config, control);
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return plain(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return EventTime.globalConsumer(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
