package io.tagweir.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The cluster the contenders run on: topics, and where their consumer groups stand. Used by one thread at a time.
 *
 * <p>Topics keep everything, because retention counts from record timestamps.
 */
public final class Testbed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration GLANCE = Duration.ofMillis(20);

    private final Map<String, Object> clientConfig;
    private final int partitions;
    private final Admin admin;
    private int made;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public Testbed(Map<String, Object> clientConfig, int partitions) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.partitions = partitions;
        this.admin = Admin.create(this.clientConfig);
    }

    public Map<String, Object> clientConfig() {
        return clientConfig;
    }

    /** Of every topic but the control topics. */
    public int partitions() {
        return partitions;
    }

    /** Makes a topic; returns its name. */
    public String create(String topic) {
        return create(topic, partitions);
    }

    public String create(String topic, int partitions) {
        await(admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())
                        .configs(Map.of("retention.ms", "-1"))))
                .all());
        // The controller knows the topic now; the broker hears of it a moment later, and has its logs yet later. A
        // producer that is faster may have its first batch refused and its second taken, and then never get through.
        until("the broker knows " + topic, () -> isThere(topic));
        var logs = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < partitions; partition++) {
            logs.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        await(admin.listOffsets(logs).all());
        return topic;
    }

    private boolean isThere(String topic) {
        try {
            return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                    .allMatch(described ->
                            described.partitions().stream().allMatch(partition -> partition.leader() != null));
        } catch (KafkaException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** Makes a topic with a name that was never used before. */
    public String createNew(String prefix) {
        return create(prefix + "-" + made++);
    }

    public void delete(String topic) {
        await(admin.deleteTopics(List.of(topic)).all());
    }

    /** Records written to a topic so far; nothing was ever deleted from it, and no transaction ended in it. */
    public long end(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    public Map<TopicPartition, Long> ends(String topic) {
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        partitionsOf(topic).forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        await(admin.listOffsets(wanted).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    List<TopicPartition> partitionsOf(String topic) {
        var all = new ArrayList<TopicPartition>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        return all;
    }

    /** Has a stopped group read the topic from its first record when it starts again. */
    public void rewind(String group, String topic) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitionsOf(topic).forEach(partition -> offsets.put(partition, new OffsetAndMetadata(0)));
        await(admin.alterConsumerGroupOffsets(group, offsets).all());
    }

    /** Has a stopped group leave out what the topic holds now when it starts again. */
    public void skip(String group, String topic) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        ends(topic).forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
        await(admin.alterConsumerGroupOffsets(group, offsets).all());
    }

    /** Waits until the group has committed the end of the topic. */
    public void awaitConsumed(String group, String topic) {
        var ends = ends(topic);
        until(group + " has read " + topic, () -> consumed(group, ends));
    }

    private static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited in vain for " + PATIENCE + " until " + what);
            }
            LockSupport.parkNanos(GLANCE.toNanos());
        }
    }

    private boolean consumed(String group, Map<TopicPartition, Long> ends) {
        var committed = await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return ends.entrySet().stream().allMatch(end -> {
            var offset = committed.get(end.getKey());
            return end.getValue() == 0 || offset != null && offset.offset() >= end.getValue();
        });
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
        admin.close(Duration.ofSeconds(5));
    }
}
