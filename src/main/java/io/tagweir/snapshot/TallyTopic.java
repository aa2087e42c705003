package io.tagweir.snapshot;

import io.tagweir.avro.HeadTally;
import io.tagweir.control.TopicReading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/** The topic on which applications say what they have stored of each snapshot. Used by one thread at a time. */
public final class TallyTopic {

    /**
     * What the topic holds now.
     *
     * @param tallies the newest of each application, snapshot and partition
     * @param leftOut why each record that can't be read was left out
     */
    public record Held(List<HeadTally> tallies, List<String> leftOut) {}

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<HeadTally> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public TallyTopic(Map<String, Object> clientConfig, String topic, Serde<HeadTally> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    public Held read() {
        var tallies = new TreeMap<String, HeadTally>();
        var leftOut = new ArrayList<String>();
        try (var reading = new TopicReading(clientConfig, topic)) {
            reading.whole(0, record -> {
                byte[] raw = record.key();
                String key = raw == null ? "" : new String(raw, StandardCharsets.UTF_8);
                try {
                    if (record.value() == null) {
                        tallies.remove(key);
                    } else {
                        tallies.put(key, serde.deserializer().deserialize(topic, record.value()));
                    }
                } catch (SerializationException e) {
                    leftOut.add("offset " + record.offset() + " of " + topic + " does not decode: " + e.getMessage());
                }
            });
        }
        return new Held(List.copyOf(tallies.values()), leftOut);
    }
}
