package io.tagweir.roster;

import io.tagweir.avro.StudentReport;
import io.tagweir.control.TopicReading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/** The topic on which instances say which students they have loaded, as a command reads it. Used by one thread. */
public final class ReportTopic {

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final Serde<StudentReport> serde;

    /** @param clientConfig how a Kafka client reaches the cluster */
    public ReportTopic(Map<String, Object> clientConfig, String topic, Serde<StudentReport> serde) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.topic = topic;
        this.serde = serde;
    }

    /** The newest report of each instance on each student, of instances long gone too; what can't be read is none. */
    public List<StudentReport> read() {
        var reports = new TreeMap<String, StudentReport>();
        try (var reading = new TopicReading(clientConfig, topic)) {
            reading.whole(0, record -> {
                byte[] raw = record.key();
                String key = raw == null ? "" : new String(raw, StandardCharsets.UTF_8);
                reports.remove(key);
                if (record.value() != null) {
                    try {
                        reports.put(key, serde.deserializer().deserialize(topic, record.value()));
                    } catch (SerializationException e) {
                        // Whoever wrote it, its instance has told nothing then, which is refused with its name.
                    }
                }
            });
        }
        return new ArrayList<>(reports.values());
    }
}
