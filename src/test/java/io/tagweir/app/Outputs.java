package io.tagweir.app;

import io.tagweir.app.settings.Settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.TaggedQuery;
import io.tagweir.testing.Eventually;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The answers and dead letters of a deployment, as any consumer of the two topics reads them: from the beginning,
 * committed records only. Used by one thread.
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
            String id = id(record);
            var read = new TreeMap<String, byte[]>();
            record.headers().forEach(header -> read.put(header.key(), header.value()));
            headers.put(id, read);
            if (record.topic().equals(settings.topics().name(Topic.DEAD_LETTERS))) {
                deadLetters.computeIfAbsent(id, k -> new ArrayList<>()).add(record);
            } else {
                var answer = deserializer.deserialize(record.topic(), record.value());
                answers.computeIfAbsent(answer.getQueryId(), k -> new ArrayList<>())
                        .add(answer);
            }
        }
    }

    /** The id that the producer put into a header, else the record's key. */
    private static String id(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(TestProducer.ID);
        byte[] id = header == null ? record.key() : header.value();
        return id == null ? "" : new String(id, UTF_8);
    }

    /** Polls until the condition holds. */
    void await(String what, BooleanSupplier condition) {
        Eventually.await(what, () -> {
            poll();
            return condition.getAsBoolean();
        });
    }

    /** Polls until so many queries have come out, then to the end of the topics, and asserts that none is too many. */
    void awaitExactly(int queries) {
        await(queries + " queries to come out", () -> queries() >= queries);
        pollToEnd();
        assertThat(queries()).as("queries that came out").isEqualTo(queries);
    }

    /** Polls until so many queries have come out. */
    void await(int queries) {
        await(queries + " queries to come out", () -> queries() >= queries);
    }

    /** Polls until a query is answered. */
    TaggedQuery await(String id) {
        await("the answer to " + id, () -> answers.containsKey(id));
        return answer(id);
    }

    /** Reads everything that is there now, including what an open transaction still hides. */
    void pollToEnd() {
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
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        await(
                "the ends of the topics",
                () -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** Answers by query id, in order of arrival. */
    Map<String, List<TaggedQuery>> answers() {
        return answers;
    }

    /** The first answer to a query. */
    TaggedQuery answer(String id) {
        assertThat(answers).containsKey(id);
        return answers.get(id).get(0);
    }

    Stream<TaggedQuery> allAnswers() {
        return answers.values().stream().flatMap(List::stream);
    }

    /** Dead letters by the id of their query, else by the key of their record, in order of arrival. */
    Map<String, List<ConsumerRecord<byte[], byte[]>>> deadLetters() {
        return deadLetters;
    }

    /** The reason on a query's last dead letter; empty if it has none. */
    String reason(String id) {
        return deadLetters.containsKey(id) ? header(id, DeadLetterHandler.REASON_HEADER) : "";
    }

    /** A header of the last record that came out for a query. */
    String header(String id, String name) {
        return new String(headers.get(id).get(name), UTF_8);
    }

    /** How many queries have come out as an answer or a dead letter. */
    int queries() {
        return answers.size() + deadLetters.size();
    }

    /** The queries that came out more than once. */
    List<String> repeated() {
        return Stream.concat(answers.entrySet().stream(), deadLetters.entrySet().stream())
                .filter(entry -> entry.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
