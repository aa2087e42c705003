package io.tagweir.app;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import io.tagweir.topology.DeadLetters;
import io.tagweir.topology.Topics;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./tagweir query TEXT…}: publishes one query and prints its answer as JSON. */
@Command(
        name = "query",
        description = "Publishes one query to a running application and prints its answer.",
        mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_WAIT_MS = 10;

    /** Header by which the answer, or the dead letter, is told from those of others. */
    private static final String ASKED = "tagweir.query.command";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The query; several words are joined by a space.")
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
        var serdes = ConfiguredSerdes.of(settings);
        String id = UUID.randomUUID().toString();
        // While the reader finds the ends of the topics; asking the registry for the schema takes as long.
        var record = CompletableFuture.supplyAsync(
                () -> query(topics.queries(), serdes.queries().serializer(), id));
        try (var consumer = new KafkaConsumer<>(
                        readerConfig(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(
                        settings.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            seekToEnd(consumer, List.of(topics.taggedQueries(), topics.deadLetters()));
            producer.send(joined(record));
            producer.flush();
            return await(topics, serdes.tagged().deserializer(), consumer, id);
        }
    }

    private static Map<String, Object> readerConfig(Settings settings) {
        var config = new HashMap<>(settings.clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Closing waits for the answer to the fetch that is on its way, half a second by default.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        return config;
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : e;
        }
    }

    private ProducerRecord<byte[], byte[]> query(String topic, Serializer<QueryEvent> serializer, String id) {
        var event = QueryEvent.newBuilder()
                .setQueryId(id)
                .setQuery(String.join(" ", words))
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

    private int await(
            Topics topics, Deserializer<TaggedQuery> answers, KafkaConsumer<byte[], byte[]> consumer, String id) {
        long deadline = System.nanoTime() + Duration.ofMillis(timeout).toNanos();
        while (System.nanoTime() < deadline) {
            for (var record : consumer.poll(POLL)) {
                if (!header(record, ASKED).equals(Optional.of(id))) {
                    continue;
                }
                if (record.topic().equals(topics.deadLetters())) {
                    throw new Refusal("dead letter: "
                            + header(record, DeadLetters.REASON_HEADER).orElse(""));
                }
                var out = spec.commandLine().getOut();
                out.println(AnswerJson.of(answers.deserialize(record.topic(), record.value())));
                out.flush();
                return 0;
            }
        }
        throw new Refusal("no answer within " + timeout + " ms; does the application run? (query_id " + id + ")");
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }
}
