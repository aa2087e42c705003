package io.tagweir.snapshot;

import io.tagweir.avro.HeadRequest;
import io.tagweir.control.TopicReading;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/** The topic of what the teacher is asked to tag, read whole. Used by one thread at a time. */
public final class RequestsTopic {

    /**
     * What the topic holds now.
     *
     * @param requests the newest of each key, most wanted first
     * @param undecodable records passed over
     */
    public record Read(List<HeadRequest> requests, long undecodable) {}

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<HeadRequest> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public RequestsTopic(Map<String, Object> clientConfig, String topic, Serde<HeadRequest> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    public Read read() {
        var newest = new TreeMap<String, HeadRequest>();
        var undecodable = new long[1];
        try (var reading = new TopicReading(clientConfig, topic)) {
            for (int partition = 0; partition < reading.partitions(); partition++) {
                reading.tail(partition, Long.MAX_VALUE, record -> undecodable[0] += take(record, newest));
            }
        }
        // The sort keeps the order of the keys between those wanted as often as each other.
        var requests = newest.values().stream()
                .sorted(Comparator.comparingLong(HeadRequest::getCount).reversed())
                .toList();
        return new Read(requests, undecodable[0]);
    }

    /** Returns 1 for a record that can't be read, else 0. */
    private int take(ConsumerRecord<byte[], byte[]> record, Map<String, HeadRequest> newest) {
        if (record.key() == null) {
            return 1;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            newest.remove(key);
            return 0;
        }
        try {
            newest.put(key, serde.deserializer().deserialize(topic, record.value()));
            return 0;
        } catch (SerializationException e) {
            return 1;
        }
    }
}
