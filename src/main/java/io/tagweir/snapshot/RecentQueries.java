package io.tagweir.snapshot;

import io.tagweir.avro.QueryEvent;
import io.tagweir.control.TopicReading;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/** The topic {@code queries}, read from its end backwards, so to say. Used by one thread at a time. */
public final class RecentQueries {

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<QueryEvent> events;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public RecentQueries(Map<String, Object> clientConfig, String topic, Serde<QueryEvent> events) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.events = events;
    }

    /**
     * The newest queries.
     *
     * <p>As many are read from each partition as are wanted in all, since one may have had all of the latest traffic.
     *
     * @param headPartitions of {@code head-tags}
     */
    Traffic newest(int most, int headPartitions) {
        var traffic = new Traffic(most, headPartitions);
        if (most == 0) {
            return traffic;
        }
        try (var reading = new TopicReading(clientConfig, topic)) {
            for (int partition = 0; partition < reading.partitions(); partition++) {
                reading.tail(partition, most, record -> add(record, traffic));
            }
        }
        return traffic;
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Traffic traffic) {
        QueryEvent event;
        try {
            event = events.deserializer().deserialize(topic, record.value());
        } catch (SerializationException undecodable) {
            traffic.addUnusable();
            return;
        }
        String canonical = event == null ? "" : Normaliser.canonical(event.getQuery());
        if (event == null || canonical.isEmpty() || event.getSegment().indexOf('\t') >= 0) {
            traffic.addUnusable();
        } else {
            traffic.add(new QueryKey(event.getSegment(), canonical), Instant.ofEpochMilli(record.timestamp()));
        }
    }
}
