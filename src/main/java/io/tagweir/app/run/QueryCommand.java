package io.tagweir.app.run;

import io.tagweir.app.cluster.ClusterOptions;
import io.tagweir.app.command.AnswerJson;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.reason.Reason;
import io.tagweir.reason.RefusedException;
import io.tagweir.topology.DeadLetterHandler;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir query TEXT…}: publishes a query, or each line of standard input, and prints its answer as JSON. */
@Command(
        name = "query",
        description = "Publishes a query to a running application and prints its answer.",
        mixinStandardHelpOptions = true)
public final class QueryCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_WAIT_MS = 10;

    /** Header that identifies the answer or dead letter of this query. */
    private static final String ASKED = "tagweir.query.command";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT",
            description =
                    "The query; several words are joined by spaces. With -, each line of standard input is a query.")
    private List<String> words = List.of();

    @Option(names = "--segment", paramLabel = "NAME", description = "Market or locale of the query.")
    private String segment = "";

    @Option(
            names = "--timeout-ms",
            paramLabel = "N",
            description = "How long to wait for the answer (${DEFAULT-VALUE}).")
    private long timeout = 10_000;

    @Override
    public Integer call() {
        var settings = cluster.reachable();
        var topics = settings.topics();
        var serdes = settings.serdes();
        // In parallel with finding the ends of the topics: getting the schema from the registry takes as long.
        var schema = CompletableFuture.runAsync(() ->
                record(topics.name(Topic.QUERIES), serdes.value(Topic.QUERIES).serializer(), "", ""));
        try (var consumer = new KafkaConsumer<>(
                        readerConfig(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(
                        settings.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            seekToEnd(consumer, List.of(topics.name(Topic.TAGGED_QUERIES), topics.name(Topic.DEAD_LETTERS)));
            await(schema);
            var lines = texts();
            for (String text = lines.get(); text != null; text = lines.get()) {
                String id = UUID.randomUUID().toString();
                producer.send(record(
                        topics.name(Topic.QUERIES), serdes.value(Topic.QUERIES).serializer(), text, id));
                producer.flush();
                await(topics, serdes.value(Topic.TAGGED_QUERIES).deserializer(), consumer, id);
            }
        }
        return 0;
    }

    /** The texts one by one, then null. */
    private Supplier<@Nullable String> texts() {
        if (words.equals(List.of("-"))) {
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return () -> {
                try {
                    String line = lines.readLine();
                    while (line != null && line.isBlank()) {
                        line = lines.readLine();
                    }
                    return line;
                } catch (IOException e) {
                    throw new RefusedException("can't read standard input: " + Reason.of(e));
                }
            };
        }
        var one = List.of(String.join(" ", words)).iterator();
        return () -> one.hasNext() ? one.next() : null;
    }

    private static Map<String, Object> readerConfig(Settings settings) {
        var config = new HashMap<>(settings.clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Closing waits for the fetch in flight, half a second by default.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        return config;
    }

    private static void await(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : e;
        }
    }

    private ProducerRecord<byte[], byte[]> record(
            String topic, Serializer<QueryEvent> serializer, String text, String id) {
        var event = QueryEvent.newBuilder()
                .setQueryId(id)
                .setQuery(text)
                .setSegment(segment)
                .build();
        var key = new QueryKey(segment.replace('\t', ' '), Normaliser.canonical(event.getQuery())).text();
        var record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, event));
        record.headers().add(ASKED, id.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static void seekToEnd(KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    private void await(
            Topics topics, Deserializer<TaggedQuery> answers, KafkaConsumer<byte[], byte[]> consumer, String id) {
        long deadline = System.nanoTime() + Duration.ofMillis(timeout).toNanos();
        while (System.nanoTime() < deadline) {
            for (var record : consumer.poll(POLL)) {
                if (!header(record, ASKED).equals(Optional.of(id))) {
                    continue;
                }
                if (record.topic().equals(topics.name(Topic.DEAD_LETTERS))) {
                    throw new RefusedException("dead letter: "
                            + header(record, DeadLetterHandler.REASON_HEADER).orElse(""));
                }
                var out = spec.commandLine().getOut();
                out.println(AnswerJson.of(answers.deserialize(record.topic(), record.value())));
                out.flush();
                return;
            }
        }
        throw new RefusedException(
                "no answer within " + timeout + " ms; does the application run? (query_id " + id + ")");
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }
}
