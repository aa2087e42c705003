package io.tagweir.app.bench;

import io.tagweir.app.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics, clients and consumer groups of the cluster that the benchmark runs on. Used by one thread at a time. */
final class BenchCluster implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Map<String, Object> clientConfig;
    private final int partitions;
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> offsets;
    private int created;

    /** @param partitions of every topic but the control topics */
    BenchCluster(String bootstrapServers, int partitions) {
        this.clientConfig = Map.of("bootstrap.servers", bootstrapServers);
        this.partitions = partitions;
        this.admin = Admin.create(clientConfig);
        this.offsets = new KafkaConsumer<>(clientConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Map<String, Object> clientConfig() {
        return clientConfig;
    }

    int partitions() {
        return partitions;
    }

    String create(String topic) {
        return create(topic, partitions);
    }

    /** Returns the topic's name. It keeps all records: retention counts from record timestamps, which may be old. */
    String create(String topic, int partitions) {
        var newTopic = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        await(admin.createTopics(List.of(newTopic.configs(Map.of("retention.ms", "-1"))))
                .all());
        // The broker learns of the topic after the controller and creates its logs later still. A producer that is
        // faster may have its first batch refused and its second accepted, and is then stuck. This waits for the logs.
        offsets.endOffsets(partitions(topic, partitions));
        return topic;
    }

    /** Creates a topic whose name was never used before. */
    String createNew(String prefix) {
        return create(prefix + "-" + created++);
    }

    void delete(String... topics) {
        await(admin.deleteTopics(List.of(topics)).all());
    }

    /** Records written to a topic so far, provided that none was deleted and no transaction ended in it. */
    long end(String topic) {
        return offsets.endOffsets(partitions(topic, partitions)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Makes a stopped group read the topic from its beginning when it starts again. */
    void rewind(String group, String topic) {
        await(admin.alterConsumerGroupOffsets(
                        group,
                        partitions(topic, partitions).stream()
                                .collect(Collectors.toMap(
                                        partition -> partition, partition -> new OffsetAndMetadata(0))))
                .all());
    }

    /** Waits until the group has committed the end of the topic. */
    void awaitConsumed(String group, String topic) {
        var ends = offsets.endOffsets(partitions(topic, partitions));
        until(group + " to read " + topic, () -> {
            var committed = await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            return ends.entrySet().stream().allMatch(end -> {
                var offset = committed.get(end.getKey());
                return end.getValue() == 0 || offset != null && offset.offset() >= end.getValue();
            });
        });
    }

    static void until(String what, BooleanSupplier condition) {
        Await.until(what, TIMEOUT, condition);
    }

    /** @param batching for throughput; otherwise each record is sent at once */
    KafkaProducer<byte[], byte[]> producer(boolean batching) {
        var config = new HashMap<>(clientConfig);
        config.put("linger.ms", batching ? 20 : 0);
        config.put("batch.size", batching ? 128 << 10 : 16 << 10);
        config.put("compression.type", batching ? "lz4" : "none");
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException(String.valueOf(e.getMessage()), e.getCause());
        }
    }

    @Override
    public void close() {
        offsets.close();
        admin.close(Duration.ofSeconds(5));
    }
}
