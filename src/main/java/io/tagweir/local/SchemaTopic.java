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

/** The compacted topic that stores the registry's schemas. It has one partition, so that its records have one order. */
final class SchemaTopic implements AutoCloseable {

    static final String NAME = "_schemas";

    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final int WRITE_LIMIT_MS = 10_000;

    private final String bootstrapServers;
    private final Producer<String, String> producer;

    private SchemaTopic(String bootstrapServers, Producer<String, String> producer) {
        this.bootstrapServers = bootstrapServers;
        this.producer = producer;
    }

    /** Opens the topic, and creates it if it is missing. */
    static SchemaTopic open(String bootstrapServers) {
        TopicCreation.create(bootstrapServers, List.of(LocalTopic.compacted(NAME, 1)));
        Map<String, Object> settings = Map.of(
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
                WRITE_LIMIT_MS);
        return new SchemaTopic(
                bootstrapServers, new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer()));
    }

    /** Passes every version on the topic to the reader, oldest first. */
    void read(Consumer<SchemaVersion> reader) {
        var partition = new TopicPartition(NAME, 0);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false, "fetch.max.wait.ms", 50);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() > deadline) {
                    throw new CannotStart("the registry did not read " + NAME + " within " + READ_LIMIT.toSeconds()
                            + " s; it is at offset " + consumer.position(partition) + " of " + end);
                }
                for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(100))) {
                    SchemaVersion.read(one.key(), one.value(), one.offset()).ifPresent(reader);
                }
            }
        }
    }

    /** Writes a version and waits until the broker has stored it. */
    void write(SchemaVersion version) {
        try {
            producer.send(new ProducerRecord<>(NAME, version.key(), version.value()))
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
