package io.tagweir.snapshot;

import io.tagweir.avro.Vocabulary;
import io.tagweir.control.TopicReading;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
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

    ProducerRecord<byte[], byte[]> record(Vocabulary vocabulary) {
        return record(vocabulary.getSnapshot(), serde.serializer().serialize(topic, vocabulary));
    }

    /** Removes the vocabulary of a snapshot. */
    ProducerRecord<byte[], byte[]> tombstone(String snapshot) {
        return record(snapshot, null);
    }

    private ProducerRecord<byte[], byte[]> record(String snapshot, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, 0, snapshot.getBytes(StandardCharsets.UTF_8), value);
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
