package io.tagweir.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads bytes with Kafka's own clients. */
public final class PlainRecords {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private PlainRecords() {}

    public static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns once the broker has all of them. */
    public static void write(String bootstrapServers, String topic, List<byte[]> values)
            throws ExecutionException, InterruptedException {
        try (var producer = producer(bootstrapServers, Map.of())) {
            var sent = values.stream()
                    .map(value -> producer.send(new ProducerRecord<>(topic, value)))
                    .toList();
            for (var one : sent) {
                one.get();
            }
        }
    }

    /**
     * Every committed value on all partitions of a topic. A transaction whose commit has been promised but whose marker
     * is still on its way is waited for.
     */
    public static List<byte[]> readAll(String bootstrapServers, String topic)
            throws ExecutionException, InterruptedException {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        var values = new ArrayList<byte[]>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(one -> new TopicPartition(topic, one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = ends(bootstrapServers, partitions);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("read " + values.size() + " records of " + topic + ", not up to " + ends);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    /** The end for a reader of uncommitted records; a reader of committed ones may get an earlier one. */
    private static Map<TopicPartition, Long> ends(String bootstrapServers, List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        var ends = new HashMap<TopicPartition, Long>();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var asked = admin.listOffsets(
                    partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())));
            for (TopicPartition one : partitions) {
                ends.put(one, asked.partitionResult(one).get().offset());
            }
        }
        return ends;
    }
}
