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
 * The clients Kafka Streams works with, of which the main consumers choose what they read. They do not read queries on
 * where the head holds as many as it may: a backlog waits in Kafka, where it is safe and has room, and the rows that
 * end the wait still come in. And they read rows and queries in {@linkplain RowTurns turns}.
 *
 * @param rows the topic of the teacher's rows
 * @param queries the topics whose partitions are to wait where the head is full
 * @param rewinds whether the rows of a partition are to be read from their beginning; asked by all stream threads
 * @param full whether the head holds as many queries of a partition as it may; asked by all stream threads
 */
public record PausingClients(
        String rows, Set<String> queries, IntPredicate full, IntPredicate rewinds, InstantSource clock)
        implements KafkaClientSupplier {

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return PausingConsumer.of(
                plain(config),
                partition -> partition.topic().equals(rows),
                partition -> queries.contains(partition.topic()) && full.test(partition.partition()),
                partition -> rewinds.test(partition.partition()),
                new RowTurns(clock));
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
