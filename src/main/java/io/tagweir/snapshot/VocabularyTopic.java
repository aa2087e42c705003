package io.tagweir.snapshot;

import io.tagweir.avro.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The topic of the snapshots' vocabularies, one record each, keyed by the snapshot's id. Used by one thread at a time.
 */
public final class VocabularyTopic {

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<Vocabulary> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public VocabularyTopic(Map<String, Object> clientConfig, String topic, Serde<Vocabulary> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    /** Returns once Kafka has the vocabulary. */
    void write(Vocabulary vocabulary) {
        send(vocabulary.getSnapshot(), serde.serializer().serialize(topic, vocabulary));
    }

    /** Returns once Kafka has the tombstone of a snapshot's vocabulary, whether there was one or not. */
    void remove(String snapshot) {
        send(snapshot, null);
    }

    private void send(String snapshot, byte @Nullable [] value) {
        var config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        byte[] key = snapshot.getBytes(StandardCharsets.UTF_8);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    /** The vocabularies the topic holds now, by snapshot; what does not decode is left out. */
    public Map<String, Vocabulary> read() {
        var held = new TreeMap<String, Vocabulary>();
        try (var reading = new TopicReading(clientConfig, topic)) {
            reading.whole(0, record -> {
                if (record.key() == null) {
                    return;
                }
                String snapshot = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    held.remove(snapshot);
                    return;
                }
                try {
                    held.put(snapshot, serde.deserializer().deserialize(topic, record.value()));
                } catch (SerializationException e) {
                    held.remove(snapshot); // Compaction may leave nothing else of it.
                }
            });
        }
        return held;
    }
}
