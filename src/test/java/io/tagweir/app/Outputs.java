package io.tagweir.app;

import io.tagweir.avro.TaggedQuery;
import io.tagweir.topology.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * All answers and dead letters of a site, as any consumer of the two topics reads them, from their beginning and
 * committed ones only. Used by one thread.
 */
final class Outputs implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);

    private final Settings settings;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<TaggedQuery> deserializer;
    private final Map<String, List<TaggedQuery>> answers = new TreeMap<>();
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> deadLetters = new TreeMap<>();

    private final Map<String, Map<String, byte[]>> headers = new TreeMap<>();

    Outputs(Settings settings) {
        this.settings = settings;
        deserializer = settings.serdes().value(Topic.TAGGED_QUERIES).deserializer();
        var config = new HashMap<>(settings.clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partitions = new ArrayList<TopicPartition>();
        for (var topic : List.of(
                settings.topics().name(Topic.TAGGED_QUERIES), settings.topics().name(Topic.DEAD_LETTERS))) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void poll() {
        for (var record : consumer.poll(POLL)) {
            var read = new TreeMap<String, byte[]>();
            record.headers().forEach(header -> read.put(header.key(), header.value()));
            headers.put(name(record), read);
            if (record.topic().equals(settings.topics().name(Topic.DEAD_LETTERS))) {
                deadLetters
                        .computeIfAbsent(name(record), k -> new ArrayList<>())
                        .add(record);
            } else {
                var answer = deserializer.deserialize(record.topic(), record.value());
                answers.computeIfAbsent(answer.getQueryId(), id -> new ArrayList<>())
                        .add(answer);
            }
        }
    }

    /** The query's id, which its sender put into a header; of other records the key. */
    private static String name(ConsumerRecord<byte[], byte[]> letter) {
        var id = letter.headers().lastHeader(Sender.ID);
        byte[] name = id == null ? letter.key() : id.value();
        return name == null ? "" : new String(name, StandardCharsets.UTF_8);
    }

    /** Polls until the condition holds. */
    void pollUntil(String what, BooleanSupplier condition) {
        Await.until(what, Site.PATIENCE, () -> {
            poll();
            return condition.getAsBoolean();
        });
    }

    /** Reads all that is there now, also what an open transaction still hides. */
    void pollToEnd() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> ends;
        try (var admin = Admin.create(settings.clientConfig())) {
            ends = admin
                    .listOffsets(consumer.assignment().stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        }
        pollUntil(
                "the ends of the topics",
                () -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** Answers by query id, in order of arrival. */
    Map<String, List<TaggedQuery>> answers() {
        return answers;
    }

    /** Dead letters by the id of their query, else by the key of their record, in order of arrival. */
    Map<String, List<ConsumerRecord<byte[], byte[]>>> deadLetters() {
        return deadLetters;
    }

    /** Headers of what came out last for a query that its sender gave an id in a header. */
    Map<String, byte[]> headers(String id) {
        return headers.getOrDefault(id, Map.of());
    }

    /** How many queries have come out as an answer or a dead letter. */
    int queries() {
        return answers.size() + deadLetters.size();
    }

    /** The queries that came out more than once. */
    List<String> repeated() {
        var repeated = new ArrayList<String>();
        answers.forEach((id, all) -> addIfRepeated(repeated, id, all));
        deadLetters.forEach((key, all) -> addIfRepeated(repeated, key, all));
        return repeated;
    }

    private static void addIfRepeated(List<String> repeated, String name, List<?> all) {
        if (all.size() > 1) {
            repeated.add(name);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
