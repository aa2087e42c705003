package io.tagweir.local;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The registry's memory: a compacted topic of one partition, so that its records have one order. A record counts once
 * the broker has it; nothing is answered before.
 */
final class SchemaLog implements AutoCloseable {

    static final String TOPIC = "_schemas";

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int WRITE_LIMIT_MS = 10_000;

    private final String bootstrapServers;
    private final Producer<String, String> producer;

    private SchemaLog(String bootstrapServers, Producer<String, String> producer) {
        this.bootstrapServers = bootstrapServers;
        this.producer = producer;
    }

    /** Opens the topic of a broker, made where missing. */
    static SchemaLog open(String bootstrapServers) {
        LocalTopics.make(bootstrapServers, List.of(LocalTopic.compacted(TOPIC, 1)));
        return new SchemaLog(
                bootstrapServers,
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "linger.ms",
                                0,
                                "buffer.memory",
                                16_777_216,
                                "max.request.size",
                                8_388_608,
                                "max.block.ms",
                                WRITE_LIMIT_MS,
                                "request.timeout.ms",
                                WRITE_LIMIT_MS / 2,
                                "delivery.timeout.ms",
                                WRITE_LIMIT_MS),
                        new StringSerializer(),
                        new StringSerializer()));
    }

    /** Hands over every record there is, oldest first. */
    void replay(Consumer<SchemaRecord> reader) {
        var partition = new TopicPartition(TOPIC, 0);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false, "fetch.max.wait.ms", 50);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long deadline = System.nanoTime() + START_LIMIT.toNanos();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() > deadline) {
                    throw new CannotStart("the registry could not read " + TOPIC + " within " + START_LIMIT.toSeconds()
                            + " s; it stands at offset " + consumer.position(partition) + " of " + end);
                }
                for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(100))) {
                    reader.accept(SchemaRecord.of(one.key(), one.value(), one.offset()));
                }
            }
        }
    }

    /** Writes a record and waits until the broker has it. */
    void append(SchemaRecord change) {
        try {
            producer.send(new ProducerRecord<>(TOPIC, change.key(), change.value()))
                    .get(2L * WRITE_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            throw RegistryError.notStored(String.valueOf(refused.getCause()));
        } catch (TimeoutException late) {
            throw RegistryError.notStored("the broker did not answer in time");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw RegistryError.notStored("the registry is stopping");
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
