package io.tagweir.snapshot.gate;

import io.tagweir.avro.QueryEvent;
import io.tagweir.control.TopicReader;
import io.tagweir.query.Normaliser;
import io.tagweir.query.QueryKey;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/** Reads the end of the topic {@code queries}. Used by one thread at a time. */
public final class QueriesTopic {

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<QueryEvent> events;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public QueriesTopic(Map<String, Object> clientConfig, String topic, Serde<QueryEvent> events) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.events = events;
    }

    /**
     * The newest queries.
     *
     * <p>As many are read from each partition as are wanted in all, since one may have had all of the latest recent.
     *
     * @param headPartitions of {@code head-tags}
     */
    RecentQueries newest(int most, int headPartitions) {
        var recent = new RecentQueries(most, headPartitions);
        if (most == 0) {
            return recent;
        }
        try (var reading = new TopicReader(clientConfig, topic)) {
            for (int partition = 0; partition < reading.partitions(); partition++) {
                reading.readLast(partition, most, record -> add(record, recent));
            }
        }
        return recent;
    }

    private void add(ConsumerRecord<byte[], byte[]> record, RecentQueries recent) {
        QueryEvent event;
        try {
            event = events.deserializer().deserialize(topic, record.value());
        } catch (SerializationException undecodable) {
            recent.addUnusable();
            return;
        }
        String canonical = event == null ? "" : Normaliser.canonical(event.getQuery());
        if (event == null || canonical.isEmpty() || event.getSegment().indexOf('\t') >= 0) {
            recent.addUnusable();
        } else {
            recent.add(new QueryKey(event.getSegment(), canonical), Instant.ofEpochMilli(record.timestamp()));
        }
    }
}
