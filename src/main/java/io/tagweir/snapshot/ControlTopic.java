package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The topic of control records, read whole and written one record at a time. Used by one thread at a time. */
public final class ControlTopic {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<Snapshot> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public ControlTopic(Map<String, Object> clientConfig, String topic, Serde<Snapshot> serde) {
        this.clientConfig = clientConfig;
        this.topic = topic;
        this.serde = serde;
    }

    /** The newest control record of each snapshot, by id, as the topic holds them now. */
    public TreeMap<String, Snapshot> read() {
        var config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        var snapshots = new TreeMap<String, Snapshot>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(POLL)) {
                    if (record.value() == null) {
                        snapshots.remove(record.key());
                    } else {
                        snapshots.put(record.key(), serde.deserializer().deserialize(topic, record.value()));
                    }
                }
            }
        }
        return snapshots;
    }

    void write(Producer<byte[], byte[]> producer, Snapshot snapshot) {
        byte[] key = snapshot.getId().getBytes(StandardCharsets.UTF_8);
        Sends.await(producer.send(
                new ProducerRecord<>(topic, 0, key, serde.serializer().serialize(topic, snapshot))));
    }
}
